package foco.fuzz;

import static org.apache.spark.sql.functions.col;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.driver.block.InvalidInputException;
import foco.driver.result.OutputBlock;
import foco.driver.table.TokenRow;
import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.dense.RotaryScaling;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.kernels.tile.KeyValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Whole computations through Spark: one to three sequences, every strategy, block size and type of keys and values, masks
 * and modifiers of each sequence's own, rotary embedding, a past or query offsets; head by head against float64.
 */
final class SparkSubject implements Subject {

    /** What stands before a sequence's keys. */
    private enum Before {
        NOTHING,
        OWN_KEYS,
        PAST,
        OFFSET
    }

    /** One sequence; {@code past} of its keys are the past's. */
    private record Sequence(
            String name, AttentionSpec spec, int queries, int keys, int past, long offset, Attention3 all) {}

    /** Rows over all heads side by side. */
    private record Attention3(float[] q, float[] k, float[] v) {}

    private final OneSession session;

    SparkSubject(OneSession session) {
        this.session = session;
    }

    @Override
    public String name() {
        return "spark";
    }

    @Override
    public int share() {
        return 4;
    }

    @Override
    public void check(long seed) throws Mismatch {
        Random random = new Random(seed);
        RandomSpec drawn = RandomSpec.draw(random, 24);
        Before before = Before.values()[random.nextInt(Before.values().length)];
        List<Sequence> sequences = new ArrayList<>();
        for (int s = random.nextInt(3); s >= 0; s--) {
            sequences.add(sequence("s" + s, drawn, before, random));
        }
        SparkSession spark = session.open();
        KeyValueType type = KeyValueType.values()[random.nextInt(6) < 4 ? 0 : 1 + random.nextInt(2)];
        Map<String, String> conf = settings(random, type);
        conf.forEach((key, value) -> spark.conf().set("spark.foco." + key, value));
        // Rounding to 16 bits must fall on the same numbers here and there.
        boolean turns = type == KeyValueType.FLOAT32 && drawn.heads().keyWidth() >= 2 && random.nextInt(3) == 0;
        int turning = turns ? 2 * (1 + random.nextInt(drawn.heads().keyWidth() / 2)) : 0;
        double base = random.nextBoolean() ? 10_000 : 500_000;
        Attention attention = attention(drawn, sequences, before, spark);
        if (turns) {
            attention = attention.withRotary(RotaryEmbedding.of(turning, base, RotaryScaling.none()));
        }
        String how = "%s, %s, rotary %d".formatted(before, conf, turning);
        Map<String, Attend.Result[]> results = results(drawn, sequences, before, attention, spark, how);
        if (results.isEmpty()) {
            return;
        }
        for (Sequence sequence : sequences) {
            judge(sequence, drawn, type, turning, base, results.get(sequence.name), how);
        }
        if (!"split-keys".equals(conf.get("strategy"))) {
            spark.conf().set("spark.foco.strategy", random.nextBoolean() ? "stream" : "broadcast");
            spark.conf().set("spark.foco.partitions", String.valueOf(1 + random.nextInt(12)));
            Map<String, Attend.Result[]> others = results(drawn, sequences, before, attention, spark, how);
            requireSameBits(results, others, how);
        }
    }

    private static Sequence sequence(String name, RandomSpec drawn, Before before, Random random) {
        int queries = length(random);
        int keys = before == Before.OWN_KEYS ? queries : length(random);
        int past = before == Before.PAST && random.nextInt(4) > 0 ? length(random) : 0;
        long offset = before == Before.OFFSET ? random.nextInt(800) - 200 : past;
        AttentionSpec heads = drawn.heads();
        Attention3 all = new Attention3(
                Attend.gaussians(random, queries * heads.queryRowWidth(), 1),
                Attend.gaussians(random, (past + keys) * heads.keyRowWidth(), 1),
                Attend.gaussians(random, (past + keys) * heads.valueRowWidth(), 1));
        return new Sequence(name, drawn.of(random, queries, past + keys), queries, past + keys, past, offset, all);
    }

    private static int length(Random random) {
        return 1 + random.nextInt(random.nextInt(3) == 0 ? 20 : random.nextInt(4) > 0 ? 300 : 1500);
    }

    private static Map<String, String> settings(Random random, KeyValueType type) {
        Map<String, String> conf = new HashMap<>();
        conf.put(
                "strategy", List.of("auto", "broadcast", "stream", "split-keys").get(random.nextInt(4)));
        conf.put("block.rows", String.valueOf(128 * (random.nextInt(3) == 0 ? 10 : 1 + random.nextInt(4))));
        conf.put("kv.type", type.toString());
        if (random.nextBoolean()) {
            conf.put("partitions", String.valueOf(1 + random.nextInt(9)));
        }
        if (random.nextInt(3) == 0) {
            conf.put("broadcast.bytes", "1");
        }
        return conf;
    }

    private static Attention attention(RandomSpec drawn, List<Sequence> sequences, Before before, SparkSession spark) {
        Map<String, Mask> masks = new HashMap<>();
        sequences.forEach(sequence -> masks.put(sequence.name, sequence.spec.mask()));
        List<ScoreModifier> scores = new ArrayList<>();
        for (int m = 0; m < sequences.get(0).spec.scores().size(); m++) {
            Map<String, ScoreModifier> each = new HashMap<>();
            for (Sequence sequence : sequences) {
                each.put(sequence.name, sequence.spec.scores().get(m));
            }
            scores.add(ScoreModifier.bySequence(each));
        }
        Attention attention =
                Attention.of(drawn.heads().withMask(Mask.bySequence(masks)).withScores(scores));
        if (before == Before.PAST && sequences.stream().anyMatch(sequence -> sequence.past > 0)) {
            return attention.withPast(table(spark, drawn.heads(), sequences, Part.PAST));
        }
        if (before == Before.OFFSET) {
            Map<String, Long> offsets = new HashMap<>();
            sequences.forEach(sequence -> offsets.put(sequence.name, sequence.offset));
            return attention.withQueryOffsets(offsets);
        }
        return attention;
    }

    private enum Part {
        ALL,
        QUERIES,
        KEYS,
        PAST
    }

    private static Dataset<Row> table(SparkSession spark, AttentionSpec heads, List<Sequence> sequences, Part part) {
        List<TokenRow> rows = new ArrayList<>();
        for (Sequence s : sequences) {
            int first = part == Part.KEYS ? s.past : 0;
            int end = part == Part.PAST ? s.past : part == Part.QUERIES ? s.queries : s.keys;
            for (int i = first; i < end; i++) {
                TokenRow row = new TokenRow();
                row.setSequence(s.name);
                row.setPosition(i - first);
                if (part == Part.QUERIES || part == Part.ALL) {
                    row.setFirst(row(s.all.q, i, heads.queryRowWidth()));
                }
                if (part != Part.QUERIES) {
                    row.setSecond(row(s.all.k, i, heads.keyRowWidth()));
                    row.setThird(row(s.all.v, i, heads.valueRowWidth()));
                }
                rows.add(row);
            }
        }
        Collections.shuffle(rows, new Random(1));
        Dataset<Row> table = spark.createDataset(rows, Encoders.bean(TokenRow.class))
                .toDF()
                .select(
                        col("sequence"),
                        col("position"),
                        col("first").as("query"),
                        col("second").as("key"),
                        col("third").as("value"));
        return switch (part) {
            case ALL -> table;
            case QUERIES -> table.drop("key", "value");
            case KEYS, PAST -> table.drop("query");
        };
    }

    private static float[] row(float[] values, int i, int width) {
        return Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }

    /** Of each sequence, head by head; of none where they are refused as they should. */
    private static Map<String, Attend.Result[]> results(
            RandomSpec drawn,
            List<Sequence> sequences,
            Before before,
            Attention attention,
            SparkSession spark,
            String how)
            throws Mismatch {
        AttentionSpec heads = drawn.heads();
        Map<String, Attend.Result[]> results = new HashMap<>();
        for (Sequence sequence : sequences) {
            Attend.Result[] each = new Attend.Result[heads.heads()];
            for (int h = 0; h < each.length; h++) {
                each[h] = new Attend.Result(
                        new float[sequence.queries * heads.valueWidth()], new float[sequence.queries]);
            }
            results.put(sequence.name, each);
        }
        long rows = 0;
        try (AttentionResult result = before == Before.OWN_KEYS
                ? attention.attend(table(spark, heads, sequences, Part.ALL))
                : attention.attend(
                        table(spark, heads, sequences, Part.QUERIES), table(spark, heads, sequences, Part.KEYS))) {
            for (Iterator<OutputBlock> blocks = result.blocks(); blocks.hasNext(); ) {
                OutputBlock block = blocks.next();
                rows += block.rows();
                for (int i = 0; i < block.rows(); i++) {
                    take(block, i, heads, results.get(block.sequence()));
                }
            }
        } catch (InvalidInputException e) {
            if (fit(sequences)) {
                throw new Mismatch(how + ": refused, for " + sequences.get(0).spec, e);
            }
            return Map.of();
        }
        if (!fit(sequences)) {
            throw new Mismatch(how + ": not refused, though masks or modifiers do not fit");
        }
        long due = sequences.stream().mapToLong(Sequence::queries).sum();
        if (rows != due) {
            throw new Mismatch("%s: %d rows, and %d are due".formatted(how, rows, due));
        }
        return results;
    }

    /** Whether all masks and modifiers fit where the queries stand. */
    private static boolean fit(List<Sequence> sequences) {
        try {
            for (Sequence s : sequences) {
                s.spec.shifted(s.offset).forSequence(s.name, s.queries, s.keys);
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void take(OutputBlock block, int i, AttentionSpec heads, Attend.Result[] into) {
        int row = (int) block.firstPosition() + i;
        int width = heads.valueWidth();
        for (int h = 0; h < heads.heads(); h++) {
            System.arraycopy(
                    block.output(), i * heads.outputRowWidth() + h * width, into[h].output(), row * width, width);
            into[h].lse()[row] = block.lse()[i * heads.heads() + h];
        }
    }

    private static void judge(
            Sequence s,
            RandomSpec drawn,
            KeyValueType type,
            int turning,
            double base,
            Attend.Result[] results,
            String how)
            throws Mismatch {
        AttentionSpec heads = drawn.heads();
        AttentionSpec placed = s.spec.shifted(s.offset);
        for (int h = 0; h < heads.heads(); h++) {
            int g = heads.keyValueHead(h);
            float[] q = head(s.all.q, s.queries, heads.queryRowWidth(), h * heads.keyWidth(), heads.keyWidth());
            float[] k = head(s.all.k, s.keys, heads.keyRowWidth(), g * heads.keyWidth(), heads.keyWidth());
            float[] v = head(s.all.v, s.keys, heads.valueRowWidth(), g * heads.valueWidth(), heads.valueWidth());
            turn(q, heads.keyWidth(), turning, base, 0, s.offset);
            turn(k, heads.keyWidth(), turning, base, s.past, 0);
            round(type, k);
            round(type, v);
            Attend attend = new Attend(placed, h, s.queries, s.keys, q, k, v);
            Judge.judge(attend, drawn.large(), results[h], "%s, sequence %s, head %d".formatted(how, s.name, h));
        }
    }

    private static float[] head(float[] rows, int count, int stride, int from, int width) {
        float[] head = new float[count * width];
        for (int i = 0; i < count; i++) {
            System.arraycopy(rows, i * stride + from, head, i * width, width);
        }
        return head;
    }

    private static void round(KeyValueType type, float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = type.round(values[i]);
        }
    }

    /** Rotary embedding by its definition, of the rows from {@code first} on; row {@code i} stands at {@code offset + i}. */
    private static void turn(float[] rows, int width, int turning, double base, int first, long offset) {
        for (int i = first; i < rows.length / width; i++) {
            for (int pair = 0; pair < turning / 2; pair++) {
                double angle = (offset + i) * Math.pow(base, -2.0 * pair / turning);
                double x = rows[i * width + pair];
                double y = rows[i * width + pair + turning / 2];
                rows[i * width + pair] = (float) (x * Math.cos(angle) - y * Math.sin(angle));
                rows[i * width + pair + turning / 2] = (float) (x * Math.sin(angle) + y * Math.cos(angle));
            }
        }
    }

    private static void requireSameBits(
            Map<String, Attend.Result[]> results, Map<String, Attend.Result[]> others, String how) throws Mismatch {
        for (String name : results.keySet()) {
            for (int h = 0; h < results.get(name).length; h++) {
                Attend.Result one = results.get(name)[h];
                Attend.Result other = others.get(name)[h];
                if (!Arrays.equals(one.output(), other.output()) || !Arrays.equals(one.lse(), other.lse())) {
                    throw new Mismatch(
                            "%s, sequence %s, head %d: other bits with another strategy".formatted(how, name, h));
                }
            }
        }
    }
}
