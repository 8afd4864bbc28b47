package foco.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import foco.driver.model.ForwardPass;
import foco.driver.model.Pooling;
import foco.driver.model.PretrainedModel;
import foco.driver.settings.FocoConf;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TextFiles;
import foco.driver.text.TokenSequence;
import foco.jobs.bench.Machine;
import foco.jobs.bench.Median;
import foco.models.Essay;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * {@code mvn -Pbench -Dfoco.bench.main=foco.bench.EncodeComparison}: short texts through all layers of MiniLM to a vector each,
 * by Foco and by ONNX Runtime, on as many threads, by turns in one run. Both are given the tokens, and both take the mean of the
 * last hidden states. Each is warmed up first, until it gets no faster. Foco's time is that of a whole pass through Spark, in
 * which the model's weights are read as well; ONNX Runtime has read them before. Of its ways to batch texts the fastest counts.
 *
 * <p>System properties: {@code foco.bench.text} (a file, of which each line is a text; without it the demo's essay),
 * {@code foco.bench.lines} (how many texts of 20 to 400 tokens; where there are fewer, they are taken again),
 * {@code foco.bench.rounds}, {@code foco.bench.threads}.
 */
public final class EncodeComparison {
    private static final int SHORTEST = 20;
    private static final int LONGEST = 400;
    private static final int[] BATCHES = {1, 8, 16, 32};
    /** The ways of ONNX Runtime are compared on one text of so many. */
    private static final int SAMPLE = 8;

    private static final double TOLERANCE = 1e-5;

    /** Passes that warm up, at most, and how much faster one is than those before if it does. */
    private static final int MOST_PASSES = 8;

    private static final double GAIN = 1.02;

    private final int rounds = Integer.getInteger("foco.bench.rounds", 3);
    private final int threads = Integer.getInteger("foco.bench.threads", 1);
    private final int lines = Integer.getInteger("foco.bench.lines", 2000);
    private final PretrainedModel model = PretrainedModel.open(PretrainedModel.MINILM, new Configuration(false));
    private final List<TokenSequence> texts = texts();
    private final long tokens = texts.stream().mapToLong(TokenSequence::length).sum();

    private EncodeComparison() throws IOException {}

    public static void main(String[] arguments) throws IOException, OrtException {
        EncodeComparison comparison = new EncodeComparison();
        SparkSession spark = SparkSession.builder()
                .master("local[%d]".formatted(comparison.threads))
                .config("spark.log.level", "ERROR")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                // As the commands have it.
                .config("spark.broadcast.compress", "false")
                .config("spark.broadcast.checksum", "false")
                .getOrCreate();
        comparison.run(spark);
        spark.stop();
    }

    /** What computes vectors of so many texts. */
    private interface Contender {
        float[][] vectors(int texts) throws OrtException;
    }

    private void run(SparkSession spark) throws OrtException {
        System.out.printf(
                "%,d texts of %d to %d tokens, %,d tokens in all; threads: %d; %s%n",
                texts.size(), SHORTEST, LONGEST, tokens(texts.size()), threads, Machine.current());
        try (OnnxRuntimeTexts one = new OnnxRuntimeTexts(texts, 1, threads);
                OnnxRuntimeTexts many = new OnnxRuntimeTexts(texts, threads, 1)) {
            Map<String, Contender> peers = new LinkedHashMap<>();
            for (int batch : BATCHES) {
                peers.put("one session, batches of " + batch, some -> one.vectors(batch, some));
                if (threads > 1) {
                    peers.put("a session for each thread, batches of " + batch, some -> many.vectors(batch, some));
                }
            }
            String best = "";
            double bestRate = 0;
            for (Map.Entry<String, Contender> peer : peers.entrySet()) {
                double rate = rate(peer.getValue(), Math.max(1, texts.size() / SAMPLE));
                System.out.printf("ONNX Runtime, %s: %,.0f tokens/s of a sample%n", peer.getKey(), rate);
                if (rate > bestRate) {
                    bestRate = rate;
                    best = peer.getKey();
                }
            }
            compare(some -> foco(spark), best, peers.get(best));
        }
    }

    private void compare(Contender foco, String best, Contender peer) throws OrtException {
        double difference = difference(foco.vectors(texts.size()), peer.vectors(texts.size()));
        if (!(difference <= TOLERANCE)) {
            throw new IllegalStateException("the vectors differ by %.1e".formatted(difference));
        }
        warmUp(foco);
        warmUp(peer);
        List<Double> own = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            own.add(rate(foco, texts.size()));
            others.add(rate(peer, texts.size()));
            ratios.add(own.get(round) / others.get(round));
        }
        System.out.printf("Foco: %s tokens/s%n", all("%,.0f", own));
        System.out.printf(
                "ONNX Runtime %s, %s: %s tokens/s; the vectors differ by %.1e of the largest number%n",
                OrtEnvironment.getEnvironment().getVersion(), best, all("%,.0f", others), difference);
        System.out.printf("Foco to ONNX Runtime: %.2f, the median of %s%n", Median.of(ratios), all("%.2f", ratios));
    }

    /** Passes until one is no longer faster than those before: Java compiles what it runs often, while it runs it. */
    private void warmUp(Contender contender) throws OrtException {
        double best = 0;
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            double rate = rate(contender, texts.size());
            if (rate < best * GAIN) {
                return;
            }
            best = Math.max(best, rate);
        }
    }

    private static String all(String format, List<Double> values) {
        return values.stream().map(format::formatted).collect(Collectors.joining(", "));
    }

    private long tokens(int some) {
        return texts.subList(0, some).stream().mapToLong(TokenSequence::length).sum();
    }

    private double rate(Contender contender, int some) throws OrtException {
        long start = System.nanoTime();
        contender.vectors(some);
        return tokens(some) / ((System.nanoTime() - start) * 1e-9);
    }

    private float[][] foco(SparkSession spark) {
        int layers = model.transformer().shape().layers();
        List<float[][]> vectors = new ArrayList<>();
        new ForwardPass(spark.sparkContext(), FocoConf.of(spark.sparkContext(), Map.of()), model, texts)
                .run(
                        Set.of(layers),
                        Set.of(),
                        (layer, hidden) -> vectors.add(Pooling.MEAN.vectors(hidden, texts, texts.size(), false)));
        return vectors.get(0);
    }

    /** The largest, as a share of the largest element. */
    private static double difference(float[][] expected, float[][] actual) {
        double largest = 0;
        double difference = 0;
        for (int t = 0; t < expected.length; t++) {
            for (int i = 0; i < expected[t].length; i++) {
                largest = Math.max(largest, Math.abs(expected[t][i]));
                difference = Math.max(difference, Math.abs((double) expected[t][i] - actual[t][i])); // NaN stays
            }
        }
        return difference / largest;
    }

    private List<TokenSequence> texts() throws IOException {
        String file = System.getProperty("foco.bench.text", "");
        List<Document> all = file.isBlank()
                ? Essay.text().lines().map(line -> new Document("", line)).toList()
                : TextFiles.lines(file, new Configuration(false));
        List<Document> some =
                all.stream().filter(document -> !document.text().isBlank()).toList();
        List<TokenSequence> fitting = model.sequences(some, PositionMode.PARAGRAPHS).stream()
                .filter(text -> text.length() >= SHORTEST && text.length() <= LONGEST)
                .toList();
        if (fitting.isEmpty()) {
            throw new IllegalArgumentException(
                    "no line of the text has %d to %d tokens; give another one".formatted(SHORTEST, LONGEST));
        }
        List<TokenSequence> texts = new ArrayList<>();
        for (int t = 0; t < lines; t++) {
            TokenSequence text = fitting.get(t % fitting.size());
            texts.add(new TokenSequence(
                    t, text.ids(), text.places(), text.starts(), text.ends(), text.keepFrom(), text.keepTo()));
        }
        return texts;
    }
}
