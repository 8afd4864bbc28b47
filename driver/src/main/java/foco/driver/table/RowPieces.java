package foco.driver.table;

import foco.driver.block.VectorColumn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The rows of a partition as pieces of blocks. Rows in order make whole blocks, one in memory at a time; of rows in any
 * order, so many are held that pieces do not become small.
 */
final class RowPieces implements Iterator<Piece> {

    /** Bytes of vectors that wait for more of their blocks. */
    private static final long MOST_BYTES = 64L << 20;

    private record Key(String sequence, long block) {}

    private final Iterator<TokenRow> rows;
    private final List<VectorColumn> columns;
    private final int blockRows;
    private final long rowBytes;
    private final Map<Key, List<TokenRow>> waiting = new LinkedHashMap<>();
    private final Deque<Piece> ready = new ArrayDeque<>();
    private long waitingBytes;

    RowPieces(Iterator<TokenRow> rows, List<VectorColumn> columns, int blockRows) {
        this.rows = rows;
        this.columns = columns;
        this.blockRows = blockRows;
        this.rowBytes =
                Float.BYTES * columns.stream().mapToLong(VectorColumn::elements).sum();
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) {
            take(rows.next());
        }
        if (ready.isEmpty()) {
            finishAll();
        }
        return !ready.isEmpty();
    }

    @Override
    public Piece next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void take(TokenRow row) {
        Key key = new Key(row.getSequence(), Math.floorDiv(row.getPosition(), blockRows));
        List<TokenRow> some = waiting.computeIfAbsent(key, k -> new ArrayList<>());
        some.add(row);
        waitingBytes += rowBytes;
        if (some.size() == blockRows) {
            waiting.remove(key);
            finish(key, some);
        } else if (waitingBytes >= MOST_BYTES) {
            finishAll();
        }
    }

    private void finishAll() {
        waiting.forEach(this::finish);
        waiting.clear();
    }

    private void finish(Key key, List<TokenRow> taken) {
        waitingBytes -= rowBytes * taken.size();
        int count = taken.size();
        long[] positions = new long[count];
        long[] rotary = new long[count];
        boolean ownRotary = false;
        String[] faults = new String[count];
        boolean faulty = false;
        float[][] vectors = new float[columns.size()][];
        for (int c = 0; c < vectors.length; c++) {
            vectors[c] = new float[Math.multiplyExact(count, columns.get(c).elements())];
        }
        for (int i = 0; i < count; i++) {
            TokenRow row = taken.get(i);
            positions[i] = row.getPosition();
            rotary[i] = row.getRotary();
            ownRotary |= rotary[i] != positions[i];
            faults[i] = RowFaults.of(row, columns);
            faulty |= !faults[i].isEmpty();
            for (int c = 0; c < vectors.length && faults[i].isEmpty(); c++) {
                int width = columns.get(c).elements();
                System.arraycopy(row.vector(c), 0, vectors[c], i * width, width);
            }
        }
        ready.add(new Piece(
                key.sequence,
                key.block,
                positions,
                vectors,
                ownRotary ? rotary : new long[0],
                faulty ? faults : new String[0]));
    }
}
