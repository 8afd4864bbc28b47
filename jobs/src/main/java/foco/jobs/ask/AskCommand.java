package foco.jobs.ask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.analysis.folder.FinishedAnalysis;
import foco.driver.block.InvalidInputException;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco ask}: questions to an analysis. */
@Command(
        name = "ask",
        header = "Answer questions about what foco analyze has found.",
        customSynopsis = "foco ask DIR [QUESTION] [--json]",
        description = {
            "",
            "Without a question it asks for them, one after another: arrow keys bring back earlier ones, the tab key"
                    + " completes, and quit or Ctrl-D ends it. Answers come from the tables of DIR, and so from the heaviest"
                    + " keys and queries that the analysis has kept of each token; its --top says how many.",
            "",
            "A question names tokens as token N, or as words of the text in quotes. With layer L and head H it is about one"
                    + " head, and else about the mean.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%nInput:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  A prompt:",
            "    foco ask book",
            "  One question:",
            "    foco ask book \"what does token 12 attend to in layer 3, head 5?\"",
            "  Others:",
            "    foco ask book \"what attends to token 17?\"",
            "    foco ask book \"where do heads agree?\"",
            "    foco ask book \"how do the occurrences of bank differ?\" --json",
            "    foco ask book \"strongest links in layer 2?\"",
            "    foco ask book \"what kinds of heads are there?\"",
        })
public final class AskCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            arity = "0..1",
            description = "The folder that foco analyze --output has written.")
    private String folder;

    @Parameters(index = "1", paramLabel = "QUESTION", arity = "0..1", description = "What to answer, in quotes.")
    private String question;

    @Option(names = "--json", description = "Answer with a JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        UsageLine.require(folder != null, command, "a folder is missing; name what foco analyze --output has written");
        Configuration hadoop = FocoSession.hadoop();
        FinishedAnalysis analysis = FinishedAnalysis.open(folder, hadoop);
        Optional<Question> only = Optional.ofNullable(question).map(Questions::parse);
        Answers answers = new Answers(OpenTables.of(FocoSession.open("foco ask", foco.isVerbose()), analysis));
        if (only.isPresent()) {
            print(question, answers.answer(only.get()));
            return 0;
        }
        try (Prompt prompt = Prompt.open(analysis, answers.tables().tokens())) {
            prompt.greet(command.commandLine().getOut());
            for (Optional<String> line = prompt.read(); line.isPresent(); line = prompt.read()) {
                reply(line.get(), answers);
            }
        }
        return 0;
    }

    /** A question that cannot be answered gets its line, and the next one can be asked. */
    private void reply(String line, Answers answers) throws IOException {
        try {
            print(line, answers.answer(Questions.parse(line)));
        } catch (InvalidInputException e) {
            PrintWriter err = command.commandLine().getErr();
            err.println(e.getMessage());
            err.flush();
        }
    }

    private void print(String asked, Answer answer) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(json(asked, answer));
        } else {
            out.println(answer.heading());
            answer.entries().forEach(entry -> out.println("  " + entry.text()));
            if (answer.entries().isEmpty()) {
                out.println("  nothing");
            }
            answer.notes().forEach(out::println);
        }
        out.flush();
    }

    private static String json(String asked, Answer answer) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("question", asked);
        line.put("heading", answer.heading());
        line.put("answer", answer.entries().stream().map(Answer.Entry::fields).toList());
        line.put("notes", answer.notes());
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers and strings are always written", e);
        }
    }
}
