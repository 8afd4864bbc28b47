package foco.jobs.bench;

import foco.jobs.option.Count;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import foco.kernels.AttentionSpec;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foco bench kernel}: the attention kernel's rate beside the machine's peak, without Spark. */
@Command(
        name = "kernel",
        header = "Measure the attention kernel beside the machine's peak.",
        customSynopsis = "foco bench kernel [OPTIONS]",
        description = {
            "",
            "The peak is that of fused multiply-adds on registers alone, on as many threads, taken between slices of the"
                    + " kernel's work, so that a clock that changes moves both. Figures are medians. Operations are 4 x"
                    + " queries x keys x width, and for causal half of that: what the mask hides is not counted. A case whose"
                    + " dense and plain one came before is also compared with it. Keys and values are packed before, as Foco"
                    + " does once for all queries; packing the queries is part of the time.",
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  The whole table, in half a minute:",
            "    foco bench kernel",
            "  What two threads gain, for programs:",
            "    foco bench kernel --widths 64,128 --threads 2 --json",
            "  A few queries over many keys:",
            "    foco bench kernel --queries 1,16,64 --n 65536 --masks dense",
            "  What sparse masks cost beside what they let be seen:",
            "    foco bench kernel --widths 64 --heads 1 --n 65536 \\",
            "      --masks dense,window,documents,global,blocks,strided,fixed",
            "  What score modifiers cost:",
            "    foco bench kernel --widths 64 --masks dense \\",
            "      --scores plain,softcap,alibi,sinks,function",
        })
final class BenchKernel implements Callable<Integer> {
    private static final long MOST_KEYS = 1L << 30;
    private static final int MOST_HEADS = 1 << 12;
    private static final int MOST_THREADS = 1 << 12;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--widths",
            paramLabel = "D",
            split = ",",
            defaultValue = "32,64,80,96,128,192,256",
            description = "Widths of a head, of keys and values alike (default: ${DEFAULT-VALUE}).")
    private List<Integer> widths = new ArrayList<>();

    @Option(
            names = "--masks",
            paramLabel = "MASK",
            split = ",",
            defaultValue = "dense,causal",
            description = {
                "Which keys a query sees (default: ${DEFAULT-VALUE}):",
                "dense      all",
                "causal     those up to its own position",
                "window     the 1024 up to its own position",
                "documents  those of its own of 64 packed texts",
                "global     256 to either side, and 64 global tokens",
                "blocks     a tenth of all blocks of 128 x 128",
                "strided    the last 128, and every 128th before",
                "fixed      those so far of its own 128, and 8 of every 128 before",
                "bigbird    blocks of 64: 2 global, 3 near, 3 random",
                "function   as window, by a function of the positions",
            })
    private List<Masking> masks = new ArrayList<>();

    @Option(
            names = "--scores",
            paramLabel = "KIND",
            split = ",",
            defaultValue = "plain",
            description = {
                "What becomes of scores (default: ${DEFAULT-VALUE}):",
                "plain      nothing",
                "softcap    Gemma 2's",
                "alibi      BLOOM's",
                "t5         T5's relative bias",
                "sinks      gpt-oss's",
                "function   a program's function, asked score by score",
            })
    private List<Scoring> scores = new ArrayList<>();

    @Option(
            names = "--n",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "8192",
            description = "Keys, and queries unless --queries says otherwise (default: ${DEFAULT-VALUE}).")
    private long keys;

    @Option(
            names = "--queries",
            paramLabel = "N",
            converter = Count.class,
            split = ",",
            description = "Fewer queries than keys. Under a causal mask they are the last ones.")
    private List<Long> queries = new ArrayList<>();

    @Option(names = "--heads", paramLabel = "H", defaultValue = "8", description = "Heads (default: ${DEFAULT-VALUE}).")
    private int heads;

    @Option(
            names = "--threads",
            paramLabel = "T",
            defaultValue = "1",
            description =
                    "Threads (default: ${DEFAULT-VALUE}). With more than one, also how much faster they are than one.")
    private int threads;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1",
            description = "Time for a case, the peak's included and warming up not (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--json", description = "A JSON object a line for each case in place of the table.")
    private boolean json;

    @Override
    public Integer call() {
        checkOptions();
        KernelTable table = new KernelTable(Machine.current(), threads);
        PrintWriter out = command.commandLine().getOut();
        if (!json) {
            out.println(table.heading(heads, keys));
            out.flush();
        }
        try (KernelTimer timer = new KernelTimer(threads, seconds)) {
            for (KernelCase timed : cases()) {
                KernelRate rate = timer.time(timed);
                out.println(json ? table.json(rate) : table.row(rate));
                out.flush();
            }
        }
        return 0;
    }

    private List<KernelCase> cases() {
        List<KernelCase> cases = new ArrayList<>();
        for (long count : queries.isEmpty() ? List.of(keys) : queries) {
            for (Masking mask : masks) {
                for (Scoring scoring : scores) {
                    for (int width : widths) {
                        cases.add(new KernelCase(width, mask, scoring, heads, count, keys));
                    }
                }
            }
        }
        return cases;
    }

    private void checkOptions() {
        for (int width : widths) {
            UsageLine.require(
                    width >= 1 && width <= AttentionSpec.MAX_WIDTH,
                    command,
                    "--widths must lie in 1 to %d, and one is %d".formatted(AttentionSpec.MAX_WIDTH, width));
        }
        UsageLine.require(keys >= 1, command, "--n must be 1 or more, and is " + keys);
        UsageLine.require(keys <= MOST_KEYS, command, "--n must be at most %,d, and is %,d".formatted(MOST_KEYS, keys));
        for (long count : queries) {
            UsageLine.require(
                    count >= 1 && count <= keys,
                    command,
                    "--queries must lie in 1 to --n, which is %d, and one is %d".formatted(keys, count));
        }
        UsageLine.require(heads >= 1, command, "--heads must be 1 or more, and is " + heads);
        UsageLine.require(
                heads <= MOST_HEADS, command, "--heads must be at most %,d, and is %,d".formatted(MOST_HEADS, heads));
        UsageLine.require(threads >= 1, command, "--threads must be 1 or more, and is " + threads);
        UsageLine.require(
                threads <= MOST_THREADS,
                command,
                "--threads must be at most %,d, and is %,d".formatted(MOST_THREADS, threads));
        UsageLine.require(
                seconds > 0 && seconds <= 3600,
                command,
                "--seconds must be a number above 0 and at most 3600, and is " + seconds);
    }
}
