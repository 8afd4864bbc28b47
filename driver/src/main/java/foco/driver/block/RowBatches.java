package foco.driver.block;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;

/**
 * The blocks of a partition through a row-wise function, several short ones at a time: a matrix product of a few rows
 * costs as much as one of many.
 */
final class RowBatches implements Iterator<TokenBlock> {

    /** Rows from which on more would not make the function faster. */
    private static final int ENOUGH_ROWS = 512;

    private final Iterator<TokenBlock> blocks;
    private final RowFunction function;
    private final Queue<TokenBlock> done = new ArrayDeque<>();

    RowBatches(Iterator<TokenBlock> blocks, RowFunction function) {
        this.blocks = blocks;
        this.function = function;
    }

    @Override
    public boolean hasNext() {
        return !done.isEmpty() || blocks.hasNext();
    }

    @Override
    public TokenBlock next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (done.isEmpty()) {
            compute();
        }
        return done.remove();
    }

    private void compute() {
        List<TokenBlock> batch = new ArrayList<>();
        int rows = 0;
        while (rows < ENOUGH_ROWS && blocks.hasNext()) {
            TokenBlock block = blocks.next();
            batch.add(block);
            rows += block.rows();
        }
        if (batch.size() == 1) {
            done.add(batch.get(0).with(function.apply(batch.get(0).columns(), rows)));
            return;
        }
        float[][] made = function.apply(together(batch, rows), rows);
        int from = 0;
        for (TokenBlock block : batch) {
            done.add(block.with(rows(made, rows, from, block.rows())));
            from += block.rows();
        }
    }

    private static float[][] together(List<TokenBlock> batch, int rows) {
        float[][] columns = new float[batch.get(0).columns().length][];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = new float[rows * batch.get(0).width(c)];
            int to = 0;
            for (TokenBlock block : batch) {
                float[] own = block.columns()[c];
                System.arraycopy(own, 0, columns[c], to, own.length);
                to += own.length;
            }
        }
        return columns;
    }

    private static float[][] rows(float[][] columns, int all, int from, int rows) {
        float[][] some = new float[columns.length][];
        for (int c = 0; c < columns.length; c++) {
            int width = columns[c].length / all;
            some[c] = new float[rows * width];
            System.arraycopy(columns[c], from * width, some[c], 0, rows * width);
        }
        return some;
    }
}
