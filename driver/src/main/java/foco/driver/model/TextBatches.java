package foco.driver.model;

import foco.driver.block.TokenBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;

/** A {@link BatchPass} over sequences some of which are taken together, in the task where they are. */
final class TextBatches implements Iterator<TokenBlock> {

    /**
     * Rows that are taken together where texts are shorter: two strips of a matrix product. More would make it no faster, and
     * would need more memory than stays near a core.
     */
    private static final int ROWS = 512;

    private final Iterator<TokenIds> tokens;
    private final BatchPass pass;
    private final RowMeter meter;
    private final Queue<TokenBlock> done = new ArrayDeque<>();
    /** What did not fit into the batch before. */
    private Optional<TokenIds> next = Optional.empty();

    /** @param wanted whether hidden states are, by the layers that are below them */
    TextBatches(Iterator<TokenIds> tokens, BatchPass.Model model, boolean[] wanted, RowMeter meter) {
        this.tokens = tokens;
        this.pass = new BatchPass(model, wanted);
        this.meter = meter;
    }

    @Override
    public boolean hasNext() {
        return !done.isEmpty() || next.isPresent() || tokens.hasNext();
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
        next = next.or(this::taken);
        while (next.isPresent() && (batch.isEmpty() || rows + next.get().ids().length <= ROWS)) {
            batch.add(next.get());
            rows += next.get().ids().length;
            next = taken();
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

    private Optional<TokenIds> taken() {
        return tokens.hasNext() ? Optional.of(tokens.next()) : Optional.empty();
    }
}
