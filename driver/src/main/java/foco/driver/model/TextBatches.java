package foco.driver.model;

import foco.driver.block.TokenBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;

/** A {@link BatchPass} over sequences some of which are taken together, in the task where they are. */
final class TextBatches implements Iterator<TokenBlock> {

    /** Rows from which on more would not make matrix products faster. */
    private static final int ENOUGH_ROWS = 768;

    private final Iterator<TokenIds> tokens;
    private final BatchPass pass;
    private final RowMeter meter;
    private final Queue<TokenBlock> done = new ArrayDeque<>();

    /** @param wanted whether hidden states are, by the layers that are below them */
    TextBatches(Iterator<TokenIds> tokens, BatchPass.Model model, boolean[] wanted, RowMeter meter) {
        this.tokens = tokens;
        this.pass = new BatchPass(model, wanted);
        this.meter = meter;
    }

    @Override
    public boolean hasNext() {
        return !done.isEmpty() || tokens.hasNext();
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
        List<TokenIds> batch = new ArrayList<>();
        int rows = 0;
        while (rows < ENOUGH_ROWS && tokens.hasNext()) {
            TokenIds next = tokens.next();
            batch.add(next);
            rows += next.ids().length;
        }
        List<float[]> states = pass.states(batch, rows);
        meter.add(pass.kernel());
        meter.attended(pass.takeAttentionNanos());
        int width = pass.width();
        int from = 0;
        for (TokenIds sequence : batch) {
            int first = from * width;
            int end = first + sequence.ids().length * width;
            done.add(new TokenBlock(
                    sequence.sequence(),
                    0,
                    sequence.ids().length,
                    states.stream()
                            .map(all -> Arrays.copyOfRange(all, first, end))
                            .toArray(float[][]::new)));
            from += sequence.ids().length;
        }
    }
}
