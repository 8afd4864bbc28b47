package foco.driver.weights;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.BlockLayout;
import foco.driver.block.SelectedRdd;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenBlocks;
import foco.driver.cluster.Fetching;
import foco.driver.cluster.TaskSlots;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The queries at some positions. Only the blocks that hold them are read.
 *
 * @param column of {@code queries} that holds the vectors
 * @param wanted the positions, by the names of their sequences
 */
record ChosenQueries(TokenBlocks queries, int column, HashMap<String, long[]> wanted) {

    @DefaultSerializer(JavaSerializer.class)
    private record Query(String sequence, int index, float[] vector) implements Serializable {}

    /** The queries of each sequence in the order of their positions, all heads side by side. */
    Map<String, float[][]> fetch(Fetching fetching) {
        Map<String, float[][]> chosen = new HashMap<>();
        wanted.forEach((sequence, positions) -> chosen.put(sequence, new float[positions.length][]));
        long rowBytes = (long) Float.BYTES * queries.columns().get(column).elements();
        HashMap<String, long[]> positions = wanted;
        int vectors = column;
        JavaRDD<Query> found = holding(fetching.partitionBytes() / rowBytes)
                .filter(block -> positions.containsKey(block.sequence()))
                .flatMap(block -> pick(block, vectors, positions.get(block.sequence())));
        long count = wanted.values().stream().mapToLong(some -> some.length).sum();
        fetching.gather(found, rowBytes * count)
                .forEachRemaining(query -> chosen.get(query.sequence)[query.index] = query.vector);
        return chosen;
    }

    /** The blocks that hold some of the positions, in partitions of no more than so many of these, or one block. */
    private JavaRDD<TokenBlock> holding(long rows) {
        Map<Integer, Long> counts = counts();
        int most = counts.size() / TaskSlots.atLeastOne(JavaSparkContext.fromSparkContext(queries.context())) + 1;
        List<List<Integer>> groups = new ArrayList<>(List.of(new ArrayList<>()));
        long held = 0;
        for (Map.Entry<Integer, Long> partition : counts.entrySet()) {
            List<Integer> group = groups.get(groups.size() - 1);
            if (!group.isEmpty() && (group.size() == most || held + partition.getValue() > rows)) {
                group = new ArrayList<>();
                groups.add(group);
                held = 0;
            }
            group.add(partition.getKey());
            held += partition.getValue();
        }
        int[][] parents = groups.stream()
                .map(group -> group.stream().mapToInt(p -> p).toArray())
                .toArray(int[][]::new);
        return SelectedRdd.of(queries.blocks(), parents);
    }

    /** How many of the positions lie in a partition of the blocks, by its number. */
    private TreeMap<Integer, Long> counts() {
        BlockLayout layout = queries.layout();
        TreeMap<Integer, Long> counts = new TreeMap<>();
        wanted.forEach((sequence, positions) -> {
            int index = queries.sequences().index(sequence);
            for (long position : positions) {
                counts.merge(layout.partition(layout.number(index, position)), 1L, Long::sum);
            }
        });
        return counts;
    }

    private static Iterator<Query> pick(TokenBlock block, int column, long... positions) {
        int width = block.columns()[column].length / block.rows();
        return IntStream.range(0, positions.length)
                .filter(i ->
                        positions[i] >= block.firstPosition() && positions[i] < block.firstPosition() + block.rows())
                .mapToObj(i -> {
                    int from = (int) (positions[i] - block.firstPosition()) * width;
                    return new Query(
                            block.sequence(), i, Arrays.copyOfRange(block.columns()[column], from, from + width));
                })
                .iterator();
    }
}
