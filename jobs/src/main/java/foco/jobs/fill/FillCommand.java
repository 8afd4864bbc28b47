package foco.jobs.fill;

import foco.driver.model.MaskedWords;
import foco.driver.model.PretrainedModel;
import foco.driver.text.TokenizedText;
import foco.driver.text.Tokenizer;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foco fill}: the words that a model finds for masked ones. */
@Command(
        name = "fill",
        header = "Find the words that a masked language model puts in place of [MASK].",
        customSynopsis = "foco fill SENTENCE --model MODEL [OPTIONS]",
        description = {
            "",
            "For models that were trained to find masked words, with the head that was trained with them: BERT, RoBERTa"
                    + " and DistilBERT as their authors published them. Sentence encoders such as minilm have lost it."
                    + " The percentage is the share of the softmax over all words. Several masked words are found each for"
                    + " itself.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%nInput:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  With a BERT of many languages in the folder bert:",
            "    foco fill \"A capital de Portugal é [MASK].\" --model bert",
        })
public final class FillCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "SENTENCE",
            arity = "0..1",
            description = "The sentence, in quotes, with [MASK] for a word; with a RoBERTa <mask>.")
    private String sentence;

    @Option(names = "--model", paramLabel = "MODEL", description = "A model, as foco encode takes it.")
    private String model;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many words to show (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        UsageLine.require(sentence != null, command, "a sentence is missing; put it in quotes");
        UsageLine.require(model != null, command, "--model is missing; name a model that finds masked words");
        UsageLine.require(top >= 1, command, "--top must be 1 or more, and is " + top);
        PretrainedModel opened = PretrainedModel.open(model, FocoSession.hadoop());
        MaskedWords words = MaskedWords.of(opened);
        UsageLine.require(
                sentence.contains(words.mask()),
                command,
                "the sentence has no %s; write it where a word is to be found".formatted(words.mask()));
        TokenizedText text;
        try (Tokenizer tokenizer = opened.tokenizer()) {
            text = tokenizer.whole(sentence);
        }
        Map<Integer, List<MaskedWords.Guess>> found = words.find(text, top);
        command.commandLine()
                .getOut()
                .print(json ? FilledWords.json(opened.name(), text, found) : FilledWords.page(text, found));
        command.commandLine().getOut().flush();
        return 0;
    }
}
