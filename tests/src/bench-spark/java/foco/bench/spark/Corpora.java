package foco.bench.spark;

import static org.apache.spark.sql.functions.col;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.metrics.AttentionJobs;
import foco.driver.metrics.FocoPlugin;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * {@code mvn -Pbench-spark -Dfoco.bench.main=foco.bench.spark.Corpora -Dfoco.bench.corpus=1000x10-20000}: causal attention of a
 * Parquet table of many sequences, and how even its tasks were.
 *
 * <p>System properties: {@code foco.bench.corpus} (sequences and their lengths, which are drawn evenly; several joined by
 * {@code +}, as {@code 4000x32-512+1x200000-200000}), {@code foco.bench.heads}, {@code foco.bench.width}.
 */
public final class Corpora {

    private static final StructType TOKENS = new StructType()
            .add("sequence", DataTypes.LongType, false)
            .add("position", DataTypes.LongType, false)
            .add("query", DataTypes.createArrayType(DataTypes.FloatType, false), false)
            .add("key", DataTypes.createArrayType(DataTypes.FloatType, false), false)
            .add("value", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    private static final int HEADS = Integer.getInteger("foco.bench.heads", 2);
    private static final int WIDTH = Integer.getInteger("foco.bench.width", 32);

    /** What tasks of attention took of a core: other work on the machine does not count. */
    private static final class TaskTimes extends SparkListener {

        private final Set<Integer> stages = new HashSet<>();
        private final List<Long> millis = new ArrayList<>();

        @Override
        public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
            boolean attention = CollectionConverters.asJava(stage.stageInfo().rddInfos()).stream()
                    .anyMatch(rdd -> rdd.name().equals(AttentionJobs.OUTPUTS));
            if (attention) {
                stages.add(stage.stageInfo().stageId());
            }
        }

        @Override
        public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
            if (stages.contains(task.stageId())) {
                millis.add(task.taskMetrics().executorCpuTime() / 1_000_000);
            }
        }

        synchronized List<Long> sorted() {
            Collections.sort(millis);
            return List.copyOf(millis);
        }
    }

    private Corpora() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("foco-corpora");
        SparkSession spark = SparkSession.builder()
                .master("local[*]")
                .config("spark.log.level", "ERROR")
                .config("spark.ui.enabled", "false")
                .config("spark.local.dir", folder.toString())
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                // As ./foco: the first tasks then find the kernel compiled.
                .config("spark.plugins", FocoPlugin.class.getName())
                .getOrCreate();
        try {
            String corpus = System.getProperty("foco.bench.corpus", "1000x10-20000");
            write(spark, lengths(corpus), folder.resolve("tokens").toString());
            System.out.printf("%s, %d heads of %d, causal%n", corpus, HEADS, WIDTH);
            attend(spark, spark.read().parquet(folder.resolve("tokens").toString()), folder);
        } finally {
            spark.stop();
            RunProcess.remove(folder);
        }
    }

    private static long[] lengths(String corpus) {
        Random random = new Random(1);
        LongStream all = LongStream.empty();
        for (String part : corpus.split("\\+")) {
            String[] numbers = part.split("[x-]");
            all = LongStream.concat(
                    all,
                    random.longs(
                            Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]) + 1));
        }
        return all.toArray();
    }

    private static void write(SparkSession spark, long[] lengths, String path) {
        spark.range(0, lengths.length, 1, 16)
                .flatMap(
                        (FlatMapFunction<Long, Row>) sequence -> tokens(sequence, lengths[sequence.intValue()]),
                        Encoders.row(TOKENS))
                .write()
                .parquet(path);
    }

    private static Iterator<Row> tokens(long sequence, long length) {
        Random random = new Random(sequence);
        return LongStream.range(0, length)
                .mapToObj(position ->
                        RowFactory.create(sequence, position, vector(random), vector(random), vector(random)))
                .iterator();
    }

    private static float[] vector(Random random) {
        float[] values = new float[HEADS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (4 * random.nextDouble() - 2);
        }
        return values;
    }

    private static void attend(SparkSession spark, Dataset<Row> tokens, Path folder) {
        TaskTimes times = new TaskTimes();
        spark.sparkContext().addSparkListener(times);
        AttentionSpec spec = AttentionSpec.of(HEADS, WIDTH).withMask(Mask.causal());
        String attended = folder.resolve("attended").toString();
        try (AttentionResult result = Attention.of(spec).attend(tokens)) {
            spark.sparkContext().removeSparkListener(times);
            List<Long> millis = times.sorted();
            long median = millis.get(millis.size() / 2);
            long slowest = millis.get(millis.size() - 1);
            System.out.printf(
                    "%,d tokens, %s: %.1f s, %.0f GFLOP/s; %,d tasks, the slowest %.2f s, the median %.2f s, ratio %.2f%n",
                    result.summary().tokens(),
                    result.summary().plan().strategy().kind(),
                    result.summary().seconds(),
                    result.summary().gflops(),
                    millis.size(),
                    slowest / 1e3,
                    median / 1e3,
                    (double) slowest / median);
            System.out.println(result.summary().plan().explain());
            result.rows().write().parquet(attended);
        }
        // A first token sees itself alone: its attention is its own value, to the bit.
        long sequences = tokens.where("position = 0").count();
        long right = spark.read()
                .parquet(attended)
                .where("position = 0")
                .join(tokens.where("position = 0"), "sequence")
                .where(col("output").equalTo(col("value")))
                .count();
        System.out.printf("%,d of %,d sequences carry their own key%n", right, sequences);
        if (right != sequences) {
            throw new IllegalStateException("outputs are those of other sequences");
        }
    }
}
