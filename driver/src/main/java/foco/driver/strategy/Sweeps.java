package foco.driver.strategy;

import foco.driver.strategy.PullOrder.Pull;
import foco.kernels.tile.KeyValueBlock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import scala.Tuple2;

/** The items of a task in progress, which all read one key/value head. */
final class Sweeps {

    private final SequenceKernel kernel;
    private final SortedMap<Integer, List<ItemSweep>> bySequence = new TreeMap<>();
    private final long[] keyLengths;
    private final int blockRows;

    /**
     * @param keyLengths the keys of each sequence
     * @param blockRows the keys of a block
     */
    Sweeps(long[] keyLengths, int blockRows, SequenceKernel kernel) {
        this.keyLengths = keyLengths;
        this.blockRows = blockRows;
        this.kernel = kernel;
    }

    /** @param sequence the place of the item's among the sequences of the keys */
    void add(int sequence, ItemSweep sweep) {
        bySequence.computeIfAbsent(sequence, s -> new ArrayList<>()).add(sweep);
    }

    /** Whether any query may see any key of these blocks. */
    boolean see(Pull pull) {
        long first = (long) pull.firstBlock() * blockRows;
        int keys = (int) (Math.min(keyLengths[pull.sequence()], (long) pull.endBlock() * blockRows) - first);
        return bySequence.get(pull.sequence()).stream().anyMatch(sweep -> sweep.sees(first, keys));
    }

    /** Takes in a block. */
    void attend(PackedBlock block) {
        KeyValueBlock content = block.content().floats();
        for (ItemSweep sweep : bySequence.get(block.sequence())) {
            sweep.attend(kernel.of(sweep.spec()), block.block(), content);
        }
    }

    /** The attention of each item by the index of its query block, once all blocks were taken in. */
    Iterator<Tuple2<Integer, HeadOutput>> outputs() {
        return bySequence.values().stream()
                .flatMap(List::stream)
                .map(sweep -> {
                    kernel.finished(sweep.item(), sweep.spec());
                    return new Tuple2<>(sweep.item().block(), sweep.finish());
                })
                .iterator();
    }
}
