package foco.jobs.bench;

import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import foco.kernels.dense.Activation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foco bench dense}: the layers around attention beside the machine's peak, without Spark. */
@Command(
        name = "dense",
        header = "Measure linear layers and norms beside the machine's peak.",
        customSynopsis = "foco bench dense [OPTIONS]",
        description = {
            "",
            "The peak is that of fused multiply-adds on registers alone, taken between the others. Operations are 2 x rows x"
                    + " inputs x outputs, twice that for a gated layer; biases and activations are part of the time and not"
                    + " counted. Norms are in numbers a second.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The layers of MiniLM, in half a minute:",
            "    foco bench dense",
            "  Those of a larger model:",
            "    foco bench dense --shapes 4096x4096,4096x14336 --activations none --gated",
        })
final class BenchDense implements Callable<Integer> {
    private static final int MOST_ROWS = 1 << 16;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--shapes",
            paramLabel = "IxO",
            split = ",",
            converter = LayerShape.Converter.class,
            defaultValue = "384x384,384x1536,1536x384",
            description = "Inputs and outputs of layers (default: 384x384, 384x1536, 1536x384).")
    private List<LayerShape> shapes = new ArrayList<>();

    @Option(
            names = "--activations",
            paramLabel = "KIND",
            split = ",",
            defaultValue = "none,gelu,gelu_tanh,silu",
            description = "What follows a layer: none, relu, silu, gelu, gelu_tanh (default: ${DEFAULT-VALUE}).")
    private List<Activation> activations = new ArrayList<>();

    @Option(names = "--gated", description = "Also layers gated by SiLU.")
    private boolean gated;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "768",
            description = "Tokens of a block (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns, of which the best counts (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0.2",
            description = "Time for a case in a turn (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--json", description = "A JSON object a line for each case in place of the table.")
    private boolean json;

    @Override
    public Integer call() {
        UsageLine.require(
                rows >= 1 && rows <= MOST_ROWS,
                command,
                "--rows must lie in 1 to %d, and is %d".formatted(MOST_ROWS, rows));
        UsageLine.require(turns >= 1 && turns <= 1000, command, "--turns must lie in 1 to 1000, and is " + turns);
        UsageLine.require(
                seconds > 0 && seconds <= 3600,
                command,
                "--seconds must be a number above 0 and at most 3600, and is " + seconds);
        WorkTable table = new WorkTable(Machine.current());
        List<NamedWork> works = new LayerWorks(rows).works(shapes, activations, gated);
        PrintWriter out = command.commandLine().getOut();
        if (!json) {
            out.println(table.heading(rows + " rows"));
            out.flush();
        }
        for (WorkRate rate : new WorkTimer(turns, seconds).time(works)) {
            out.println(json ? table.json(rate) : table.row(rate));
        }
        out.flush();
        return 0;
    }
}
