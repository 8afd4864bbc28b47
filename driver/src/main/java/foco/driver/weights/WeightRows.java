package foco.driver.weights;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.cluster.Fetching;
import foco.driver.cluster.TaskSlots;
import foco.driver.strategy.AttentionInput;
import foco.kernels.AttentionSpec;
import foco.kernels.score.ScoreStage;
import foco.kernels.tile.KeyValueType;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Rows of the matrix of scores or weights, for chosen queries. Scores are computed in float64 where the keys lie; those of
 * a query and head are then brought together. Weights take two passes over the keys, the first for their sums.
 */
public final class WeightRows {

    /** A gibibyte of weights, and of queries: the matrix of a long input is never made, for it is read in parts. */
    private static final long MAX_VALUES = 1L << 28;

    /** What a row takes beside its values, in values. */
    private static final int ROW_VALUES = 32;

    private final KeyValueType type;
    private final AttentionInput input;
    private final WeightSelection selection;

    /** What to read of the keys of one sequence, and from which row of all on. */
    @DefaultSerializer(JavaSerializer.class)
    private record Part(
            String sequence,
            AttentionSpec spec,
            int firstRow,
            long[] positions,
            int[] heads,
            long firstKey,
            long endKey,
            float[][] queries)
            implements Serializable {

        int rows() {
            return positions.length * heads.length;
        }

        /** The score of a row's query and head with key {@code j} of a block. */
        double score(ScoreStage stage, int row, TokenBlock block, float[] keys, int j) {
            int head = heads[row % heads.length];
            int width = spec.keyWidth();
            float[] q = queries[row / heads.length];
            int from = j * spec.keyRowWidth() + spec.keyValueHead(head) * width;
            double product = 0;
            for (int e = 0; e < width; e++) {
                product += (double) q[head * width + e] * keys[from + e];
            }
            return spec.score(stage, head, positions[row / heads.length], block.firstPosition() + j, product);
        }

        WeightRow row(int row, float[] values) {
            WeightRow weights = new WeightRow();
            weights.setSequence(sequence);
            weights.setPosition(positions[row / heads.length]);
            weights.setHead(heads[row % heads.length]);
            weights.setFirstKey(firstKey);
            weights.setValues(values);
            return weights;
        }
    }

    /** Some of a row's values, from {@code firstKey} on. */
    @DefaultSerializer(JavaSerializer.class)
    private record Piece(long firstKey, float[] values) implements Serializable {}

    private WeightRows(KeyValueType type, AttentionInput input, WeightSelection selection) {
        this.type = type;
        this.input = input;
        this.selection = selection;
    }

    /**
     * @return in the order of the selection: of sequences, then of queries, then of heads
     * @throws IllegalArgumentException if something is selected that is not there, or more than 2^28 values
     */
    public static JavaRDD<WeightRow> of(
            JavaSparkContext context,
            AttentionSpec spec,
            KeyValueType type,
            AttentionInput input,
            WeightSelection selection) {
        WeightRows rows = new WeightRows(type, input, selection);
        Fetching fetching = Fetching.of(context.sc());
        Map<String, Part> parts = rows.parts(spec, fetching);
        Broadcast<Map<String, Part>> sent = context.broadcast(parts);
        RowOrder order = RowOrder.of(parts, 1 + fetching.partitionBytes() / Float.BYTES);
        return rows.read(
                order, sent, selection.stage() == ScoreStage.WEIGHT ? rows.sums(context, sent) : sums(context));
    }

    private Map<String, Part> parts(AttentionSpec spec, Fetching fetching) {
        Map<String, Part> outlines = outlines(spec);
        HashMap<String, long[]> wanted = new HashMap<>();
        outlines.forEach((sequence, part) -> wanted.put(sequence, part.positions));
        Map<String, float[][]> queries =
                new ChosenQueries(input.queries(), input.queryColumn(), wanted).fetch(fetching);
        Map<String, Part> parts = new LinkedHashMap<>();
        outlines.forEach((sequence, part) -> parts.put(
                sequence,
                new Part(
                        sequence,
                        part.spec,
                        part.firstRow,
                        part.positions,
                        part.heads,
                        part.firstKey,
                        part.endKey,
                        queries.get(sequence))));
        return parts;
    }

    /** The parts without their queries. */
    private Map<String, Part> outlines(AttentionSpec spec) {
        Sequences queries = input.queries().sequences();
        List<String> names = selection.sequences().isEmpty()
                ? IntStream.range(0, queries.count()).mapToObj(queries::name).toList()
                : selection.sequences();
        int[] heads = selection.heads(spec.heads());
        checkSize(spec, names, heads.length);
        Map<String, Part> parts = new LinkedHashMap<>();
        int row = 0;
        for (String name : names) {
            long queryCount = length(queries, name);
            long keyCount = length(input.keys().sequences(), name);
            long[] positions = selection.positions(name, queryCount);
            Part part = new Part(
                    name,
                    spec.forSequence(name, queryCount, keyCount),
                    row,
                    positions,
                    heads,
                    selection.firstKey(),
                    selection.endKey(name, keyCount),
                    new float[0][]);
            parts.put(name, part);
            row += part.rows();
        }
        return parts;
    }

    private void checkSize(AttentionSpec spec, List<String> names, int heads) {
        double values = 0;
        double read = 0;
        for (String name : names) {
            double count = selection.count(length(input.queries().sequences(), name));
            long keys = length(input.keys().sequences(), name);
            values += count * heads * (selection.endKey(name, keys) - selection.firstKey());
            read += count * spec.queryRowWidth();
        }
        if (Math.max(values, read) > MAX_VALUES) {
            throw new IllegalArgumentException(
                    "%s take %.1f GiB, and at most 1 GiB is read at a time; choose fewer queries, heads or keys."
                            .formatted(
                                    values > MAX_VALUES ? "The weights or scores asked for" : "The queries asked for",
                                    Math.max(values, read) * Float.BYTES / (1L << 30)));
        }
    }

    private static long length(Sequences sequences, String name) {
        int index = sequences.index(name);
        if (index < 0) {
            throw new IllegalArgumentException("There is no sequence %s.".formatted(name));
        }
        return sequences.length(index);
    }

    /** The log-sum-exp of each row, over all keys and the head's sink, by sequence. */
    private Broadcast<Map<String, double[]>> sums(JavaSparkContext context, Broadcast<Map<String, Part>> parts) {
        int column = input.keyColumn();
        KeyValueType rounding = type;
        Map<String, double[]> sums = input.keys()
                .grouped()
                .filter(block -> parts.value().containsKey(block.sequence()))
                .mapToPair(block -> new Tuple2<>(
                        block.sequence(),
                        sums(parts.value().get(block.sequence()), block, block.rounded(column, rounding))))
                .reduceByKey(
                        WeightRows::merge,
                        Math.min(TaskSlots.atLeastOne(context), parts.value().size()))
                .collectAsMap();
        parts.value().forEach((sequence, part) -> {
            double[] own = sums.get(sequence);
            Arrays.setAll(own, row -> add(own[row], part.spec.sink(part.heads[row % part.heads.length])));
        });
        return context.broadcast(new HashMap<>(sums));
    }

    private static Broadcast<Map<String, double[]>> sums(JavaSparkContext context) {
        return context.broadcast(new HashMap<>());
    }

    private static double[] sums(Part part, TokenBlock block, float[] keys) {
        double[] sums = new double[part.rows()];
        double[] scores = new double[block.rows()];
        for (int row = 0; row < sums.length; row++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < scores.length; j++) {
                scores[j] = part.score(ScoreStage.MASKED, row, block, keys, j);
                max = Math.max(max, scores[j]);
            }
            double sum = 0;
            for (int j = 0; j < scores.length && max > Double.NEGATIVE_INFINITY; j++) {
                sum += StrictMath.exp(scores[j] - max);
            }
            sums[row] = max + StrictMath.log(sum);
        }
        return sums;
    }

    private static double[] merge(double[] a, double[] b) {
        double[] merged = new double[a.length];
        Arrays.setAll(merged, row -> add(a[row], b[row]));
        return merged;
    }

    /** {@code log(exp(a) + exp(b))}. */
    private static double add(double a, double b) {
        double max = Math.max(a, b);
        return max == Double.NEGATIVE_INFINITY ? max : max + StrictMath.log1p(Math.exp(Math.min(a, b) - max));
    }

    private JavaRDD<WeightRow> read(
            RowOrder order, Broadcast<Map<String, Part>> parts, Broadcast<Map<String, double[]>> sums) {
        int column = input.keyColumn();
        KeyValueType rounding = type;
        ScoreStage stage = selection.stage();
        return input.keys()
                .grouped()
                .filter(block -> parts.value().containsKey(block.sequence()))
                .flatMapToPair(block -> {
                    Part part = parts.value().get(block.sequence());
                    double[] own = sums.value().get(block.sequence());
                    return pieces(stage, part, own, block, block.rounded(column, rounding));
                })
                .groupByKey(order)
                .mapPartitions(grouped -> assemble(order, parts.value(), grouped));
    }

    private static Iterator<Tuple2<Integer, Piece>> pieces(
            ScoreStage stage, Part part, double[] sums, TokenBlock block, float[] keys) {
        long first = Math.max(part.firstKey, block.firstPosition());
        int count = (int) (Math.min(part.endKey, block.firstPosition() + block.rows()) - first);
        int start = (int) (first - block.firstPosition());
        return IntStream.range(0, count <= 0 ? 0 : part.rows())
                .mapToObj(row -> {
                    float[] values = new float[count];
                    for (int j = 0; j < count; j++) {
                        values[j] = (float)
                                (stage == ScoreStage.WEIGHT
                                        ? weight(part.score(ScoreStage.MASKED, row, block, keys, start + j), sums[row])
                                        : part.score(stage, row, block, keys, start + j));
                    }
                    return new Tuple2<>(part.firstRow + row, new Piece(first, values));
                })
                .iterator();
    }

    private static double weight(double score, double sum) {
        return score == Double.NEGATIVE_INFINITY ? 0 : StrictMath.exp(score - sum);
    }

    private static Iterator<WeightRow> assemble(
            RowOrder order, Map<String, Part> parts, Iterator<Tuple2<Integer, Iterable<Piece>>> grouped) {
        TreeMap<Integer, Iterable<Piece>> sorted = new TreeMap<>();
        grouped.forEachRemaining(row -> sorted.put(row._1, row._2));
        return sorted.entrySet().stream()
                .map(row -> {
                    Part part = parts.get(order.sequence(row.getKey()));
                    float[] values = new float[(int) (part.endKey - part.firstKey)];
                    for (Piece piece : row.getValue()) {
                        int at = (int) (piece.firstKey - part.firstKey);
                        System.arraycopy(piece.values, 0, values, at, piece.values.length);
                    }
                    return part.row(row.getKey() - part.firstRow, values);
                })
                .iterator();
    }

    /** Which sequence a row belongs to; as a partitioner it keeps rows in order. */
    private static final class RowOrder extends Partitioner {

        private final TreeMap<Integer, String> sequences;
        private final int rows;
        private final int partitions;

        private RowOrder(TreeMap<Integer, String> sequences, int rows, int partitions) {
            this.sequences = sequences;
            this.rows = rows;
            this.partitions = partitions;
        }

        /** @param partitionValues what a partition should hold, about */
        public static RowOrder of(Map<String, Part> parts, long partitionValues) {
            TreeMap<Integer, String> sequences = new TreeMap<>();
            int rows = 0;
            long values = 0;
            for (Part part : parts.values()) {
                sequences.put(part.firstRow, part.sequence);
                rows += part.rows();
                values += part.rows() * (ROW_VALUES + part.endKey - part.firstKey);
            }
            return new RowOrder(sequences, rows, (int) Math.min(Math.max(1, rows), 1 + values / partitionValues));
        }

        String sequence(int row) {
            return sequences.floorEntry(row).getValue();
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object row) {
            return (int) ((long) (Integer) row * partitions / rows);
        }
    }
}
