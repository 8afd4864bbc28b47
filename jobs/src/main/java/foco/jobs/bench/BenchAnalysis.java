package foco.jobs.bench;

import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import foco.kernels.AttentionSpec;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foco bench analysis}: what statistics of the weights cost beside attention, without Spark. */
@Command(
        name = "analysis",
        header = "Measure what statistics of the weights cost beside attention.",
        customSynopsis = "foco bench analysis [OPTIONS]",
        description = {
            "",
            "A statistic takes a sweep over all weights, which many statistics share. The table has the time of attention of one"
                    + " dense head, of a sweep without any statistic, of each statistic with its sweep, and of all at once. The"
                    + " heaviest keys and queries cost less the longer the text is: fewer of its pairs are new ones.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The whole table, in some minutes:", "    foco bench analysis",
            "  One width, for programs:", "    foco bench analysis --widths 64 --json",
        })
final class BenchAnalysis implements Callable<Integer> {
    private static final int MOST_TOKENS = 1 << 20;
    private static final int MOST_TOP = 1000;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--widths",
            paramLabel = "D",
            split = ",",
            defaultValue = "32,64,128",
            description = "Widths of a head (default: ${DEFAULT-VALUE}).")
    private List<Integer> widths = new ArrayList<>();

    @Option(
            names = "--n",
            paramLabel = "N",
            defaultValue = "16384",
            description = "Queries and keys (default: ${DEFAULT-VALUE}).")
    private int n;

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "8",
            description = "The heaviest keys of a query and queries of a key to keep (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "3",
            description = "Turns, of which the best counts (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--json", description = "A JSON object a line for each case in place of the table.")
    private boolean json;

    @Override
    public Integer call() {
        for (int width : widths) {
            UsageLine.require(
                    width >= 1 && width <= AttentionSpec.MAX_WIDTH,
                    command,
                    "--widths must lie in 1 to %d, and one is %d".formatted(AttentionSpec.MAX_WIDTH, width));
        }
        UsageLine.require(
                n >= 1 && n <= MOST_TOKENS, command, "--n must lie in 1 to %d, and is %d".formatted(MOST_TOKENS, n));
        UsageLine.require(
                top >= 1 && top <= MOST_TOP, command, "--top must lie in 1 to %d, and is %d".formatted(MOST_TOP, top));
        UsageLine.require(turns >= 1 && turns <= 1000, command, "--turns must lie in 1 to 1000, and is " + turns);
        for (int width : widths) {
            time(width);
        }
        return 0;
    }

    private void time(int width) {
        WorkTable table = new WorkTable(Machine.current());
        PrintWriter out = command.commandLine().getOut();
        if (!json) {
            out.println(table.shareHeading("width %d, %d tokens, the %d heaviest".formatted(width, n, top)));
            out.flush();
        }
        Map<String, Double> seconds = best(new FoldWorks(new KernelCase(width, Masking.DENSE, 1, n, n)));
        double attention = seconds.get("attention");
        double sweep = seconds.get("sweep alone");
        seconds.forEach((name, took) -> out.println(
                json
                        ? table.shareJson(name, width, n, took, attention, sweep)
                        : table.share(name, took, attention, sweep)));
        out.flush();
    }

    /** The best seconds of each, taken by turns after one that warms up. */
    private Map<String, Double> best(FoldWorks works) {
        Map<String, Runnable> passes = new LinkedHashMap<>();
        passes.put("attention", works::attend);
        passes.put("sweep alone", () -> works.fold(List.of()));
        FoldWorks.statistics(n, top).forEach((name, folds) -> passes.put(name, () -> works.fold(folds)));
        Map<String, Double> best = new LinkedHashMap<>();
        for (int turn = -1; turn < turns; turn++) {
            if (turn == 0) {
                best.clear();
            }
            passes.forEach((name, pass) -> {
                long start = System.nanoTime();
                pass.run();
                best.merge(name, (System.nanoTime() - start) * 1e-9, Math::min);
            });
        }
        return best;
    }
}
