package foco.jobs.encode;

import foco.driver.block.TokenBlock;
import foco.driver.text.TokenSequence;
import java.util.Arrays;
import java.util.List;

/** Which tokens' results count, and in which row of the output each stands: sequence after sequence. */
final class KeptRows {

    private final List<TokenSequence> sequences;
    private final long[] firstRows;

    KeptRows(List<TokenSequence> sequences) {
        this.sequences = sequences;
        this.firstRows = new long[sequences.size() + 1];
        for (int s = 0; s < sequences.size(); s++) {
            firstRows[s + 1] =
                    firstRows[s] + sequences.get(s).keepTo() - sequences.get(s).keepFrom();
        }
    }

    /** All rows of the output. */
    long count() {
        return firstRows[sequences.size()];
    }

    List<TokenSequence> sequences() {
        return sequences;
    }

    /**
     * Rows of a block that count.
     *
     * @param outputRow where the first of them stands in the output
     * @param values {@code [rows, width]}
     */
    record Rows(long outputRow, int rows, float[] values) {}

    /** The rows of a block's column that count. */
    Rows of(TokenBlock block, int column) {
        int sequence = Integer.parseInt(block.sequence());
        return of(sequence, block.firstPosition(), block.rows(), block.columns()[column]);
    }

    /** Those of some rows of a sequence. */
    Rows of(int sequence, long firstPosition, int count, float[] values) {
        TokenSequence tokens = sequences.get(sequence);
        int width = values.length / count;
        int from = (int) Math.max(0, tokens.keepFrom() - firstPosition);
        int to = (int) Math.max(from, Math.min(count, tokens.keepTo() - firstPosition));
        return new Rows(
                firstRows[sequence] + firstPosition + from - tokens.keepFrom(),
                to - from,
                to - from == count ? values : Arrays.copyOfRange(values, from * width, to * width));
    }
}
