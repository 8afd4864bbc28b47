package foco.jobs.encode;

import foco.driver.model.PretrainedModel;
import foco.jobs.option.Count;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Verbosity;
import foco.jobs.terminal.Version;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code foco model}: what a model is, and what it would take here. */
@Command(
        name = "model",
        header = "Describe a model: its layers, its places, and what a text would take here.",
        customSynopsis = "foco model MODEL [OPTIONS]",
        description = {
            "",
            "Reads the configuration, the tokenizer, and the names and shapes of the weights, and refuses what foco encode would"
                    + " refuse. Times are those of this machine, whose kernel is measured for a second or two.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        parameterListHeading = "%nModel:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The model that is built in:",
            "    foco model minilm",
        })
public final class ModelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @ParentCommand
    private Verbosity foco;

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description =
                    "minilm, which is built in; a folder of Hugging Face or TensorFlow; or an .onnx file of a BERT encoder.")
    private String model;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "100000",
            description = "The length of the text to tell of (default: ${DEFAULT-VALUE}).")
    private long tokens;

    @Override
    public Integer call() throws IOException {
        UsageLine.require(model != null, command, "a model is missing; minilm is built in");
        UsageLine.require(tokens >= 1, command, "--tokens must be 1 or more, and is " + tokens);
        PretrainedModel opened = PretrainedModel.open(model, FocoSession.hadoop());
        command.commandLine()
                .getOut()
                .println(ModelReport.measured(opened, tokens).lines());
        command.commandLine().getOut().flush();
        return 0;
    }
}
