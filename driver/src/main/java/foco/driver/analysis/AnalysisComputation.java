package foco.driver.analysis;

import foco.driver.block.BlockLayout;
import foco.driver.block.Sequences;
import foco.driver.checkpoint.Checkpoint;
import foco.driver.checkpoint.CheckpointLock;
import foco.driver.cluster.Fetching;
import foco.driver.cluster.TaskSlots;
import foco.driver.meter.Meter;
import foco.driver.metrics.AttentionJobs;
import foco.driver.metrics.JobLabel;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.Cluster;
import foco.driver.plan.SweepCost;
import foco.driver.plan.WorkItems;
import foco.driver.result.Open;
import foco.driver.result.OpenRdd;
import foco.driver.settings.FocoConf;
import foco.driver.shared.Shared;
import foco.driver.strategy.AttentionInput;
import foco.driver.strategy.OutputSink;
import foco.driver.strategy.Strategy;
import foco.kernels.AttentionSpec;
import foco.kernels.fold.DistanceMass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/** One computation of statistics, by the strategy that is planned for it. */
public final class AnalysisComputation {

    /**
     * Runs of queries in a head at most: each has a result for all keys, and these go over the network to be merged. The runs
     * depend on the input and the settings alone, as sums round by them.
     */
    private static final int MOST_RUNS = 16;

    /** Blocks of queries in a run at least: what is heaviest among few queries is mostly not so among all, and has cost the most. */
    private static final int LEAST_BLOCKS = 2;

    /** What is worth a task of its own where results are brought together. */
    private static final long LEAST_PARTITION_BYTES = 1L << 20;

    private final SparkContext context;
    private final AttentionSpec spec;
    private final FocoConf conf;
    private final AttentionInput input;
    private final WorkItems work;
    private final List<HeadScope> scopes;
    private final List<Statistic<?>> statistics;
    private final SpanFigures.Places places;
    private final FoldSweep sweep;
    private final SweepCost cost;
    private final SpanOrder order;
    private final Optional<Checkpoint<FoldOutput>> checkpoint;
    private final WorkItems missing;

    /**
     * @param spec with each sequence's queries where they stand
     * @param input with log-sum-exps
     * @param chosen the statistics that are wanted; those that rules need are computed besides
     * @param heads those to look at
     * @param checkpointLock of the folder where finished items are kept, if anywhere
     */
    public AnalysisComputation(
            SparkContext context,
            AttentionSpec spec,
            FocoConf conf,
            AttentionInput input,
            List<Statistic<?>> chosen,
            Set<Integer> heads,
            Optional<CheckpointLock> checkpointLock) {
        this.context = context;
        this.spec = spec;
        this.conf = conf;
        this.input = input;
        Sequences queries = input.queries().sequences();
        Sequences keys = input.keys().sequences();
        int rows = runRows(queries, conf.blockRows());
        WorkItems all = WorkItems.of(spec, queries, keys, rows);
        this.work = heads.size() == spec.heads() ? all : all.only(item -> heads.contains(item.head()));
        this.scopes = scopes(queries, keys);
        boolean[][] causal = causal();
        this.statistics = withRules(chosen, IntStream.range(0, causal.length).anyMatch(s -> heads.stream()
                .anyMatch(head -> causal[s][head])));
        this.places = places(causal);
        this.sweep = FoldSweep.of(statistics, input.offsets());
        this.cost = sweep.cost(spec, longest(keys));
        this.order = order(queries, keys, rows);
        this.checkpoint = checkpointLock.map(lock -> Checkpoint.open(
                JavaSparkContext.fromSparkContext(context),
                lock,
                spec,
                conf,
                input,
                sweep,
                new FoldItems(),
                work,
                plan().strategy()));
        this.missing = checkpoint
                .map(held -> work.only(item -> heads.contains(item.head()) && !held.holds(item)))
                .orElse(work);
    }

    /** The rows of a run: some whole blocks, and so many that the longest sequence has no more than some runs. */
    private static int runRows(Sequences queries, int blockRows) {
        long blocks = (longest(queries) + blockRows - 1) / blockRows;
        return Math.toIntExact(Math.max(LEAST_BLOCKS, (blocks + MOST_RUNS - 1) / MOST_RUNS) * blockRows);
    }

    private static long longest(Sequences sequences) {
        return IntStream.range(0, sequences.count())
                .mapToLong(sequences::length)
                .max()
                .orElse(0);
    }

    private List<HeadScope> scopes(Sequences queries, Sequences keys) {
        return IntStream.range(0, queries.count())
                .mapToObj(s -> new HeadScope(
                        0,
                        queries.length(s),
                        keys.length(keys.index(queries.name(s))),
                        input.offsets().get(s)))
                .toList();
    }

    private boolean[][] causal() {
        boolean[][] causal = new boolean[scopes.size()][spec.heads()];
        IntStream.range(0, causal.length).parallel().forEach(s -> {
            boolean alike = work.spec(s).mask().isAlikeForHeads();
            for (int head = 0; head < spec.heads(); head++) {
                causal[s][head] = head > 0 && alike
                        ? causal[s][0]
                        : SumRules.isCausal(work.spec(s), scopes.get(s).of(head));
            }
        });
        return causal;
    }

    private static List<Statistic<?>> withRules(List<Statistic<?>> chosen, boolean anyCausal) {
        List<Statistic<?>> all = new ArrayList<>(chosen);
        for (Statistic<?> due : List.of(Statistic.entropy(), Statistic.received())) {
            if (!all.contains(due)) {
                all.add(due);
            }
        }
        if (anyCausal) {
            all.add(new Ahead(chosen.stream()
                    .map(Statistic::fold)
                    .filter(DistanceMass.class::isInstance)
                    .map(DistanceMass.class::cast)
                    .filter(fold -> fold.isEdge(1))
                    .findFirst()
                    .orElse(new DistanceMass(new long[] {1}))));
        }
        return List.copyOf(all);
    }

    private SpanFigures.Places places(boolean[][] causal) {
        int[] maps = IntStream.range(0, statistics.size())
                .filter(s -> statistics.get(s) instanceof SectionMapTable map && map.leavesNothingOut())
                .toArray();
        int ahead = IntStream.range(0, statistics.size())
                .filter(s -> statistics.get(s) instanceof Ahead)
                .findFirst()
                .orElse(-1);
        return new SpanFigures.Places(
                statistics.indexOf(Statistic.entropy()), statistics.indexOf(Statistic.received()), ahead, maps, causal);
    }

    private SpanOrder order(Sequences queries, Sequences keys, int rows) {
        boolean areSame = queries.equals(keys) && input.offsets().stream().allMatch(offset -> offset == 0);
        int[] keySequences = IntStream.range(0, queries.count())
                .map(s -> keys.index(queries.name(s)))
                .toArray();
        long slots = TaskSlots.atLeastOne(JavaSparkContext.fromSparkContext(context));
        long bytes = kept();
        long wanted = Math.max(
                Math.min(4 * slots, bytes / LEAST_PARTITION_BYTES),
                bytes / Fetching.of(context).partitionBytes());
        return new SpanOrder(
                BlockLayout.of(queries, rows), BlockLayout.of(keys, rows), keySequences, spec.heads(), areSame, wanted);
    }

    /** The bytes of all that is found, at most. */
    private long kept() {
        return work.items().stream()
                .mapToLong(item -> cost.output(item.queries()))
                .sum();
    }

    /**
     * What was found.
     *
     * @param spans in order, kept by Spark
     * @param strategy to be closed with them
     */
    public record Finished(
            JavaRDD<HeadSpan> spans,
            AnalysisTables tables,
            List<SumRule> rules,
            Strategy<?> strategy,
            Shared<?> shared,
            Optional<? extends Checkpoint<?>> checkpoint,
            AnalysisSummary summary) {

        /**
         * A table by its name; Spark refuses to read it once something is closed.
         *
         * @param chosen the statistics that are wanted: the first so many
         */
        public Dataset<Row> table(SparkSession spark, String name, int chosen, Open open) {
            return tables.table(spark, whileOpen(open), name, chosen);
        }

        /** What all tables have, side by side; as for {@link #table}. */
        public JavaRDD<AnalysisPart> parts(int chosen, Open open) {
            return tables.parts(whileOpen(open), chosen);
        }

        private JavaRDD<HeadSpan> whileOpen(Open open) {
            return new OpenRdd<>(spans.rdd(), HeadSpan.class, open).toJavaRDD();
        }

        /** Frees all; a checkpoint stays. */
        public void close() {
            checkpoint.ifPresent(Checkpoint::close);
            spans.unpersist();
            strategy.close();
            shared.close();
        }
    }

    /**
     * Computes.
     *
     * @throws IllegalStateException if a rule is broken
     */
    public Finished run(Meter meter, long startNanos) {
        checkpoint.map(Checkpoint::taskCheck).ifPresent(meter::before);
        AttentionPlan plan = plan(missing);
        Strategy<FoldOutput> strategy =
                Strategy.of(plan, conf, input, sweep, JavaSparkContext.fromSparkContext(context), meter);
        Shared<ArrayList<AttentionSpec>> specs = meter.share(new ArrayList<>(work.specs()));
        try (JobLabel label = JobLabel.of(context, "statistics%s", foundText());
                AttentionJobs.Described jobs = jobs().describe(context)) {
            JavaRDD<HeadSpan> spans = spans(outputs(strategy), specs).persist(StorageLevel.MEMORY_AND_DISK());
            try {
                List<SumRule> rules = SumRules.of(spans, order.spans(), places);
                SumRules.require(rules);
                strategy.release();
                AnalysisTables tables = new AnalysisTables(input.queries(), statistics, scopes, order);
                double seconds = (System.nanoTime() - startNanos) * 1e-9;
                AnalysisSummary summary = new AnalysisSummary(
                        work.size(),
                        work.size() - missing.size(),
                        missing.size() == 0 ? 0 : plan.strategy().tasks(),
                        seconds,
                        plan,
                        meter.traffic(),
                        meter.memory());
                return new Finished(spans, tables, rules, strategy, specs, checkpoint, summary);
            } catch (Throwable e) { // Spark throws checked exceptions undeclared
                spans.unpersist();
                throw e;
            }
        } catch (Throwable e) {
            strategy.close();
            specs.close();
            throw e;
        }
    }

    private String foundText() {
        return checkpoint.isEmpty()
                ? ""
                : " (%,d of %,d parts found in the checkpoint)".formatted(work.size() - missing.size(), work.size());
    }

    /** What the items came to; through the checkpoint if there is one, with what it lacks computed now. */
    private JavaRDD<FoldOutput> outputs(Strategy<FoldOutput> strategy) {
        if (checkpoint.isEmpty()) {
            return strategy.attend(OutputSink.toSpark()).values();
        }
        if (missing.size() > 0) {
            strategy.attend(checkpoint.get().sink()).count();
            checkpoint.get().refresh();
        }
        int blocks = work.blocks();
        return checkpoint.get().outcomes(new HashPartitioner(blocks)).values().flatMap(Iterable::iterator);
    }

    /**
     * Plans all of the work; log-sum-exps need not be there for it.
     *
     * @throws IllegalArgumentException if it does not fit the cluster, saying what would
     */
    public AttentionPlan plan() {
        return plan(work);
    }

    private AttentionPlan plan(WorkItems toDo) {
        Cluster cluster = Cluster.of(JavaSparkContext.fromSparkContext(context));
        long rotaryBytes = input.rotary().map(Shared::value).map(Shared::bytes).orElse(0L);
        return AttentionPlan.of(
                spec, work, input.queries().sequences(), input.keys().sequences(), conf, cluster, rotaryBytes, cost);
    }

    private AttentionJobs jobs() {
        double all = work.pairs() * cost.pairOperations();
        return new AttentionJobs(all, all - missing.pairs() * cost.pairOperations(), cost.pairOperations());
    }

    private JavaRDD<HeadSpan> spans(JavaRDD<FoldOutput> outputs, Shared<ArrayList<AttentionSpec>> specs) {
        SpanOrder spanOrder = order;
        List<FoldSweep.Chosen> chosen = sweep.statistics();
        SpanFigures.Places rulePlaces = places;
        ArrayList<HeadScope> itsScopes = new ArrayList<>(scopes);
        return outputs.flatMapToPair(output -> spanOrder.cut(chosen, output))
                .groupByKey(order)
                .mapPartitions(some -> {
                    List<Tuple2<Integer, Iterable<SpanPiece>>> sorted = new ArrayList<>();
                    some.forEachRemaining(sorted::add);
                    sorted.sort(Comparator.comparingInt(Tuple2::_1));
                    return sorted.stream()
                            .map(pieces -> span(spanOrder, rulePlaces, specs.value(), itsScopes, pieces))
                            .iterator();
                })
                .setName("statistics");
    }

    private static HeadSpan span(
            SpanOrder order,
            SpanFigures.Places places,
            List<AttentionSpec> specs,
            List<HeadScope> scopes,
            Tuple2<Integer, Iterable<SpanPiece>> pieces) {
        SpanOrder.Span span = order.span(pieces._1);
        SpanPiece all = SpanPiece.merged(pieces._2);
        HeadScope scope = scopes.get(span.sequence()).of(span.head());
        SpanFigures figures = SpanFigures.of(places, specs.get(span.sequence()), scope, span, all);
        return new HeadSpan(pieces._1, span.sequence(), span.head(), span.first(), span.count(), all.found(), figures);
    }
}
