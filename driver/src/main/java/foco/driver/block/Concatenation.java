package foco.driver.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/** Tokens put after those of a past: blocks cut anew, each from the few blocks that hold its rows. */
final class Concatenation {

    private Concatenation() {}

    static TokenBlocks of(TokenBlocks tokens, TokenBlocks past) {
        Sequences before = past.sequences();
        Sequences after = tokens.sequences();
        Map<String, Long> lengths = new TreeMap<>(after.order());
        IntStream.range(0, before.count()).forEach(s -> lengths.put(before.name(s), before.length(s)));
        IntStream.range(0, after.count()).forEach(s -> lengths.merge(after.name(s), after.length(s), Long::sum));
        Sequences all = Sequences.of(lengths, after.order());
        BlockLayout layout = BlockLayout.of(all, tokens.conf().blockRows());
        int[][] parents = IntStream.range(0, layout.partitions())
                .mapToObj(p -> parents(p, layout, all, past, tokens))
                .toArray(int[][]::new);
        Map<String, Long> pastLengths = new HashMap<>();
        IntStream.range(0, before.count()).forEach(s -> pastLengths.put(before.name(s), before.length(s)));
        boolean ownRotary = tokens.hasRotaryPositions();
        JavaRDD<TokenBlock> moved =
                tokens.blocks().map(block -> moved(block, pastLengths.getOrDefault(block.sequence(), 0L), ownRotary));
        JavaRDD<TokenBlock> cut = SelectedRdd.of(past.blocks().union(moved), parents)
                .mapPartitionsWithIndex((p, pieces) -> cut(p, layout, all, pieces), true);
        return TokenBlocks.concatenated(tokens, past, all, cut);
    }

    /** The partitions, those of the past first, that hold rows of the blocks in a partition. */
    private static int[] parents(
            int partition, BlockLayout layout, Sequences all, TokenBlocks past, TokenBlocks tokens) {
        return IntStream.range(layout.firstBlock(partition), layout.firstBlock(partition + 1))
                .flatMap(block -> {
                    String name = all.name(layout.sequence(block));
                    long first = layout.firstPosition(block);
                    long end = first + layout.rows(block);
                    int s = past.sequences().index(name);
                    long pastLength = s < 0 ? 0 : past.sequences().length(s);
                    int moved = past.layout().partitions();
                    return IntStream.concat(
                            partitions(past, name, first, Math.min(end, pastLength)),
                            partitions(tokens, name, Math.max(0, first - pastLength), end - pastLength)
                                    .map(p -> moved + p));
                })
                .distinct()
                .sorted()
                .toArray();
    }

    private static IntStream partitions(TokenBlocks set, String sequence, long first, long end) {
        if (first >= end) {
            return IntStream.empty();
        }
        int s = set.sequences().index(sequence);
        BlockLayout layout = set.layout();
        return IntStream.rangeClosed(
                layout.partition(layout.number(s, first)), layout.partition(layout.number(s, end - 1)));
    }

    private static TokenBlock moved(TokenBlock block, long by, boolean ownRotary) {
        long[] rotary = new long[block.rows()];
        Arrays.setAll(rotary, i -> block.rotary(i) + (ownRotary ? 0 : by));
        return new TokenBlock(
                block.sequence(), block.firstPosition() + by, block.rows(), block.columns(), rotary, block.fault());
    }

    /** The blocks of a partition, from pieces that hold their rows and perhaps others. */
    private static Iterator<TokenBlock> cut(
            int partition, BlockLayout layout, Sequences all, Iterator<TokenBlock> pieces) {
        Map<String, List<TokenBlock>> bySequence = new HashMap<>();
        pieces.forEachRemaining(piece -> bySequence
                .computeIfAbsent(piece.sequence(), s -> new ArrayList<>())
                .add(piece));
        return IntStream.range(layout.firstBlock(partition), layout.firstBlock(partition + 1))
                .mapToObj(block -> {
                    String name = all.name(layout.sequence(block));
                    return cut(name, layout.firstPosition(block), layout.rows(block), bySequence.get(name));
                })
                .iterator();
    }

    private static TokenBlock cut(String sequence, long first, int rows, List<TokenBlock> pieces) {
        float[][] columns = new float[pieces.get(0).columns().length][];
        long[] rotary = new long[rows];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = new float[rows * pieces.get(0).width(c)];
        }
        for (TokenBlock piece : pieces) {
            int from = (int) Math.max(0, first - piece.firstPosition());
            int end = (int) Math.min(piece.rows(), first + rows - piece.firstPosition());
            int to = (int) (piece.firstPosition() + from - first);
            for (int i = from; i < end; i++) {
                rotary[to + i - from] = piece.rotary(i);
            }
            for (int c = 0; c < columns.length && from < end; c++) {
                int width = piece.width(c);
                System.arraycopy(piece.columns()[c], from * width, columns[c], to * width, (end - from) * width);
            }
        }
        return new TokenBlock(sequence, first, rows, columns, rotary, "");
    }
}
