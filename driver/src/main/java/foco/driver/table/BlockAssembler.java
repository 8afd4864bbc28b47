package foco.driver.table;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Cuts rows that are sorted by sequence and position into blocks of {@code blockRows} positions, one block in memory at
 * a time. The first thing wrong with a block goes with it, so that one pass over the data finds every fault and no task
 * has to fail for it.
 */
final class BlockAssembler implements Iterator<TokenBlock> {

    private final Iterator<TokenRow> rows;
    private final List<VectorColumn> columns;
    private final int blockRows;
    private TokenRow next;

    BlockAssembler(Iterator<TokenRow> rows, List<VectorColumn> columns, int blockRows) {
        this.rows = rows;
        this.columns = columns;
        this.blockRows = blockRows;
        advance();
    }

    private void advance() {
        next = rows.hasNext() ? rows.next() : null;
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public TokenBlock next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        String sequence = next.getSequence();
        long block = Math.floorDiv(next.getPosition(), blockRows);
        long first = block * blockRows;
        List<TokenRow> taken = new ArrayList<>();
        String fault = "";
        while (next != null
                && sequence.equals(next.getSequence())
                && Math.floorDiv(next.getPosition(), blockRows) == block) {
            if (fault.isEmpty()) {
                fault = fault(next, first + taken.size());
            }
            if (fault.isEmpty()) {
                taken.add(next);
            }
            advance();
        }
        long[] rotary = taken.stream().mapToLong(TokenRow::getRotary).toArray();
        return new TokenBlock(sequence, first, taken.size(), gather(taken), rotary, fault);
    }

    private float[][] gather(List<TokenRow> taken) {
        float[][] gathered = new float[columns.size()][];
        for (int c = 0; c < gathered.length; c++) {
            int width = columns.get(c).elements();
            gathered[c] = new float[Math.multiplyExact(taken.size(), width)];
            for (int i = 0; i < taken.size(); i++) {
                System.arraycopy(taken.get(i).vector(c), 0, gathered[c], i * width, width);
            }
        }
        return gathered;
    }

    private String fault(TokenRow row, long expected) {
        long position = row.getPosition();
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
            return missing(expected);
        }
        if (row.getRotary() == TokenTable.NO_POSITION) {
            return "position %d has no rotary_position; give each row one, or drop the column".formatted(position);
        }
        for (int c = 0; c < columns.size(); c++) {
            String fault = fault(columns.get(c), row.vector(c), position);
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return "";
    }

    static String missing(long position) {
        return "position %d is missing; positions must run from 0 without a gap".formatted(position);
    }

    private static String fault(VectorColumn column, float[] vector, long position) {
        if (vector == null) {
            return "position %d has no %s, or one with an empty element".formatted(position, column.name());
        }
        if (vector.length != column.elements()) {
            return "the %s of position %d has %d elements, where %d x %d = %d are due"
                    .formatted(
                            column.name(), position, vector.length, column.heads(), column.width(), column.elements());
        }
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                return "the %s of position %d holds %s at element %d (head %d, element %d); float32 needs finite numbers"
                        .formatted(
                                column.name(),
                                position,
                                Float.isNaN(vector[i]) ? "NaN" : "a value out of range",
                                i,
                                i / column.width(),
                                i % column.width());
            }
        }
        return "";
    }
}
