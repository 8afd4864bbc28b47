package foco.driver.table;

import foco.driver.block.TokenBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts the pieces of blocks together, and names the first thing wrong with each block. */
final class PieceMerge {

    private PieceMerge() {}

    private record Key(String sequence, long block) {}

    /** Where a row is. */
    private record Row(long position, Piece piece, int index) {}

    /**
     * @param order of the names of sequences
     * @param pieces of whole blocks, in any order
     * @return the blocks, in the order of sequences and positions
     */
    static Iterator<TokenBlock> blocks(Iterator<Piece> pieces, Comparator<String> order, int blockRows) {
        Map<Key, List<Piece>> byBlock =
                new TreeMap<>(Comparator.comparing(Key::sequence, order).thenComparingLong(Key::block));
        pieces.forEachRemaining(
                piece -> byBlock.computeIfAbsent(new Key(piece.sequence(), piece.block()), key -> new ArrayList<>())
                        .add(piece));
        return byBlock.values().stream().map(all -> block(all, blockRows)).iterator();
    }

    private static TokenBlock block(List<Piece> pieces, int blockRows) {
        Piece first = pieces.get(0);
        long start = first.block() * blockRows;
        if (pieces.size() == 1 && first.isRun() && first.positions()[0] == start && first.faults().length == 0) {
            return new TokenBlock(first.sequence(), start, first.rows(), first.columns(), first.rotary(), "");
        }
        List<Row> rows = new ArrayList<>();
        for (Piece piece : pieces) {
            for (int i = 0; i < piece.rows(); i++) {
                rows.add(new Row(piece.positions()[i], piece, i));
            }
        }
        rows.sort(Comparator.comparingLong(Row::position));
        String fault = fault(rows, start);
        return new TokenBlock(first.sequence(), start, rows.size(), gather(rows), rotary(rows), fault);
    }

    private static String fault(List<Row> rows, long start) {
        long expected = start;
        for (Row row : rows) {
            String fault = fault(row, expected);
            if (!fault.isEmpty()) {
                return fault;
            }
            expected++;
        }
        return "";
    }

    private static String fault(Row row, long expected) {
        long position = row.position;
        if (position == TokenTable.NO_POSITION) {
            return "a row has no position; every row needs one, counted from 0";
        }
        if (position < 0) {
            return "position %d is negative; positions count from 0".formatted(position);
        }
        if (position < expected) {
            return "position %d occurs more than once; each position needs one row".formatted(position);
        }
        if (position > expected) {
            return "position %d is missing; positions must run from 0 without a gap".formatted(expected);
        }
        return row.piece.faults().length == 0 ? "" : row.piece.faults()[row.index];
    }

    private static float[][] gather(List<Row> rows) {
        Piece any = rows.get(0).piece;
        float[][] gathered = new float[any.columns().length][];
        for (int c = 0; c < gathered.length; c++) {
            int width = any.columns()[c].length / any.rows();
            gathered[c] = new float[Math.multiplyExact(rows.size(), width)];
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                System.arraycopy(row.piece.columns()[c], row.index * width, gathered[c], i * width, width);
            }
        }
        return gathered;
    }

    private static long[] rotary(List<Row> rows) {
        if (rows.stream().allMatch(row -> row.piece.rotary().length == 0)) {
            return new long[0];
        }
        return rows.stream()
                .mapToLong(row -> row.piece.rotary().length == 0
                        ? row.position
                        : row.piece.rotary()[row.index])
                .toArray();
    }
}
