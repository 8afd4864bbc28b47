package foco.jobs.steps;

import foco.driver.model.AttentionSteps;
import foco.driver.model.PretrainedModel;
import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foco steps}: the attention of a sentence, step by step. */
@Command(
        name = "steps",
        header = "Show every step of the attention of a sentence, with its numbers.",
        customSynopsis = "foco steps SENTENCE [--layer L] [--head H] [--token WORD] [OPTIONS]",
        description = {
            "",
            "For those who learn or teach attention: tokens and embeddings, queries, keys and values, scores, softmax, the"
                    + " table of weights, the weighted sum, heads side by side, and W_O. What a table has no room for is in"
                    + " --csv and --json.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%nInput:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  A word that means two things:",
            "    foco steps \"O banco da praça estava sujo, então fui ao banco sacar dinheiro\"",
            "  Another layer and head, and every number, for a program:",
            "    foco steps \"She sat by the river\" --layer 4 --head 2 --json",
            "  What both occurrences of a word attend to, layer by layer:",
            "    foco steps \"The bank is on the river bank\" --token bank --every-layer",
        })
public final class StepsCommand implements Callable<Integer> {
    private static final int MOST_TOKENS = 100;

    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "SENTENCE", arity = "0..1", description = "The sentence, in quotes.")
    private String sentence;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = PretrainedModel.MINILM,
            description = "A model, as foco encode takes it (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--layer",
            paramLabel = "L",
            defaultValue = "1",
            description = "The layer, counted from 1 (default: ${DEFAULT-VALUE}).")
    private int layer;

    @Option(
            names = "--head",
            paramLabel = "H",
            defaultValue = "1",
            description = "The head, counted from 1 (default: ${DEFAULT-VALUE}).")
    private int head;

    @Option(
            names = "--token",
            paramLabel = "WORD",
            description = "The word whose row is worked out in full, or a token's number (default: the first word that"
                    + " stands there a second time, where it does so; or else the first word).")
    private String token;

    @Option(
            names = "--every-layer",
            description =
                    "In place of the steps, show what each occurrence of the word gives most weight to in each layer,"
                            + " over all heads (h3 is head 3): of the words next to it, and of those farther off.")
    private boolean everyLayer;

    @Option(names = "--csv", description = "Print all numbers as CSV: a line for each number.")
    private boolean csv;

    @Option(names = "--json", description = "Print all numbers as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        UsageLine.require(sentence != null, command, "a sentence is missing; put it in quotes");
        UsageLine.require(!csv || !json, command, "--csv and --json are two ways to print; choose one");
        UsageLine.require(!everyLayer || !csv && !json, command, "--every-layer prints a page; drop --csv and --json");
        PretrainedModel opened = PretrainedModel.open(model, FocoSession.hadoop());
        int heads = opened.transformer().shape().heads();
        requireFrom1("--layer", layer, opened.transformer().shape().layers());
        requireFrom1("--head", head, heads);
        TokenizedText text = tokenized(opened);
        int chosen = ChosenToken.of(text, token, command);
        if (everyLayer) {
            print(LayersPage.of(AttentionSteps.ofEachLayer(opened, text), chosen));
            return 0;
        }
        AttentionSteps steps = AttentionSteps.of(opened, text, layer);
        Steps shown = new Steps(opened, steps, layer, head, chosen);
        print(csv ? StepsCsv.of(shown) : json ? StepsJson.of(shown) : StepsPage.of(shown));
        return 0;
    }

    private void print(String page) {
        command.commandLine().getOut().print(page);
        command.commandLine().getOut().flush();
    }

    private void requireFrom1(String option, int value, int last) {
        UsageLine.require(
                value >= 1 && value <= last,
                command,
                "%s must be 1 to %d in %s, and is %d".formatted(option, last, model, value));
    }

    private TokenizedText tokenized(PretrainedModel opened) {
        try (Tokenizer tokenizer = opened.tokenizer()) {
            TokenizedText text = tokenizer.whole(sentence);
            int tokens = text.tokens().size();
            UsageLine.require(tokens > tokenizer.marks(), command, "the sentence holds no words");
            UsageLine.require(
                    tokens <= MOST_TOKENS,
                    command,
                    "the sentence has %,d tokens, and tables of more than %d cannot be read; give a shorter one"
                            .formatted(tokens, MOST_TOKENS));
            return text;
        }
    }
}
