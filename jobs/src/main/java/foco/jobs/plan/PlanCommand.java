package foco.jobs.plan;

import foco.driver.block.Sequences;
import foco.driver.file.HeadLayout;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.WorkItems;
import foco.driver.settings.FocoConf;
import foco.jobs.bench.KernelCase;
import foco.jobs.bench.KernelTimer;
import foco.jobs.bench.Masking;
import foco.jobs.option.AttentionShapes;
import foco.jobs.option.Count;
import foco.jobs.option.MaskOptions;
import foco.jobs.option.SpecOption;
import foco.jobs.option.TaskOptions;
import foco.jobs.terminal.UsageLine;
import foco.jobs.terminal.Version;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.text.SpecText;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code foco plan}: what an attention would take, without computing it and without a cluster. */
@Command(
        name = "plan",
        header = "Tell how an attention would be computed and what it would take, without computing it.",
        description = {
            "",
            "The plan is the one that a run on such a cluster would follow. Time is that of the kernels with every core"
                    + " busy, at a rate measured here, or given.",
        },
        customSynopsis = "foco plan --tokens=N [OPTIONS]",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "%nGeneral:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  Ten million tokens on 200 executors:",
            "    foco plan --tokens 10M --heads 32 --kv-heads 8 --width 128 --causal \\",
            "      --executors 200 --cores 16 --executor-memory 64g",
            "  One query over a long context, on this machine's cores at 30 GFLOP/s each:",
            "    foco plan --tokens 1 --keys 4M --width 64 --cores 2 --rate 30",
        })
public final class PlanCommand implements Callable<Integer> {
    /** Keys that are enough to measure a kernel's rate. */
    private static final long MEASURED_KEYS = 8192;

    private static final double MEASURED_SECONDS = 1;

    @Spec
    private CommandSpec command;

    @ArgGroup(validate = false, heading = "%nInput:%n")
    private InputOptions input = new InputOptions();

    @ArgGroup(validate = false, heading = "%nAttention, in place of heads, widths and masks:%n")
    private SpecOption text = new SpecOption();

    @ArgGroup(validate = false, heading = MaskOptions.HEADING)
    private MaskOptions masks = new MaskOptions();

    @ArgGroup(validate = false, heading = "%nCluster:%n")
    private ClusterOptions cluster = new ClusterOptions();

    @ArgGroup(validate = false, heading = TaskOptions.HEADING)
    private TaskOptions tasks = new TaskOptions();

    @Option(names = "--json", description = "A JSON object in place of the lines.")
    private boolean json;

    static final class InputOptions {
        @Option(
                names = "--tokens",
                paramLabel = "N",
                converter = Count.class,
                description = "Queries of a sequence; 10M is ten million.")
        private Long tokens;

        @Option(
                names = "--keys",
                paramLabel = "N",
                converter = Count.class,
                description = "Keys of a sequence (default: as many).")
        private Long keys;

        @Option(names = "--sequences", paramLabel = "N", description = "Sequences, all alike (default: 1).")
        private int sequences = 1;

        @Option(names = "--heads", paramLabel = "H", description = "Query heads (default: 1).")
        private int heads = 1;

        @Option(names = "--kv-heads", paramLabel = "G", description = "Key and value heads (default: H).")
        private Integer keyValueHeads;

        @Option(
                names = "--width",
                paramLabel = "D",
                description = "Width of a query and a key in a head (default: 64).")
        private int width = 64;

        @Option(names = "--value-width", paramLabel = "D", description = "Width of a value (default: that of a key).")
        private Integer valueWidth;
    }

    static final class ClusterOptions {
        @Option(names = "--executors", paramLabel = "N", description = "Executors (default: 1).")
        private int executors = 1;

        @Option(names = "--cores", paramLabel = "N", description = "Cores of each (default: 1).")
        private int cores = 1;

        @Option(
                names = "--executor-memory",
                paramLabel = "SIZE",
                converter = Size.class,
                description = "Heap of each, as 64g or 900m (default: 1g).")
        private long executorMemory = 1L << 30;

        @Option(
                names = "--driver-memory",
                paramLabel = "SIZE",
                converter = Size.class,
                description = "Heap of the driver (default: that of an executor).")
        private Long driverMemory;

        @Option(
                names = "--rate",
                paramLabel = "R",
                description = "GFLOP/s of one core (default: measured here, which takes some seconds).")
        private Double rate;
    }

    /** Bytes as Spark's settings give them. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return new SparkConf(false).set("size", text).getSizeAsBytes("size");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'%s' is no size such as 64g or 900m".formatted(text));
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        AttentionSpec unmasked = spec();
        AttentionSpec spec = unmasked.withMask(mask(shapes(unmasked)));
        FocoConf conf = FocoConf.of(tasks.settings());
        Sequences queries = sequences(input.tokens);
        Sequences keys = sequences(keys());
        AttentionPlan plan = AttentionPlan.of(
                spec, WorkItems.of(spec, queries, keys, conf.blockRows()), queries, keys, conf, cluster());
        PlanReport report = new PlanReport(plan, rate(spec), cluster.rate == null);
        command.commandLine().getOut().println(json ? report.json() : report.lines());
        command.commandLine().getOut().flush();
        return 0;
    }

    private void checkOptions() {
        UsageLine.require(input.tokens != null, command, "--tokens is missing");
        UsageLine.require(input.tokens >= 1, command, "--tokens must be 1 or more, and is " + input.tokens);
        UsageLine.require(keys() >= 1, command, "--keys must be 1 or more, and is " + input.keys);
        UsageLine.require(input.sequences >= 1, command, "--sequences must be 1 or more, and is " + input.sequences);
        UsageLine.require(
                cluster.executors >= 1, command, "--executors must be 1 or more, and is " + cluster.executors);
        UsageLine.require(cluster.cores >= 1, command, "--cores must be 1 or more, and is " + cluster.cores);
        UsageLine.require(
                cluster.rate == null || cluster.rate > 0 && cluster.rate < Double.POSITIVE_INFINITY,
                command,
                "--rate must be a number above 0, and is " + cluster.rate);
        text.check(command, "--heads", "--kv-heads", "--width", "--value-width");
        masks.check(command, false, text.text().isPresent());
        tasks.check(command);
    }

    private long keys() {
        return input.keys == null ? input.tokens : input.keys;
    }

    private AttentionSpec spec() {
        Optional<SpecText> said = text.text();
        if (said.isPresent()) {
            int heads = said.get().heads().orElse(input.heads);
            int width = said.get().width().orElse(input.width);
            return said.get()
                    .spec(
                            heads,
                            said.get().keyValueHeads().orElse(heads),
                            width,
                            said.get().valueWidth().orElse(width));
        }
        AttentionSpec spec = AttentionSpec.of(input.heads, input.width);
        spec = input.keyValueHeads == null ? spec : spec.withKeyValueHeads(input.keyValueHeads);
        return input.valueWidth == null ? spec : spec.withValueWidth(input.valueWidth);
    }

    /** With each sequence's queries where they stand. */
    private Mask mask(AttentionShapes shapes) throws IOException {
        Optional<SpecText> said = text.text();
        Mask mask = said.isPresent() ? said.get().mask() : masks.mask(shapes, new Configuration(false));
        long[] offsets = masks.queryOffsets(shapes);
        Map<String, Mask> each = new TreeMap<>();
        for (int s = 0; s < offsets.length; s++) {
            each.put(String.valueOf(s), mask.shifted(offsets[s]));
        }
        return Arrays.stream(offsets).distinct().count() == 1 ? each.get("0") : Mask.bySequence(each);
    }

    private AttentionShapes shapes(AttentionSpec spec) {
        HeadLayout.Form form = HeadLayout.Form.BATCH;
        return new AttentionShapes(
                new HeadLayout(form, input.sequences, input.tokens, spec.heads(), spec.keyWidth()),
                new HeadLayout(form, input.sequences, keys(), spec.keyValueHeads(), spec.keyWidth()),
                new HeadLayout(form, input.sequences, keys(), spec.keyValueHeads(), spec.valueWidth()));
    }

    private Sequences sequences(long length) {
        Map<String, Long> lengths = new TreeMap<>();
        for (int s = 0; s < input.sequences; s++) {
            lengths.put(String.valueOf(s), length);
        }
        return Sequences.of(lengths);
    }

    private Cluster cluster() {
        long driver = cluster.driverMemory == null ? cluster.executorMemory : cluster.driverMemory;
        return new Cluster(cluster.executors, cluster.cores, cluster.executorMemory, driver, false);
    }

    /** Of one core, in GFLOP/s. */
    private double rate(AttentionSpec spec) {
        if (cluster.rate != null) {
            return cluster.rate;
        }
        KernelCase timed = new KernelCase(spec.keyWidth(), Masking.DENSE, 1, MEASURED_KEYS, MEASURED_KEYS);
        try (KernelTimer timer = new KernelTimer(1, MEASURED_SECONDS)) {
            return timer.time(timed).gflops();
        }
    }
}
