package foco.driver.checkpoint;

import foco.driver.strategy.OutputSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import scala.Tuple2;

/**
 * Commits a task's outcomes to the checkpoint; nothing of them is left to Spark. A file holds as many items as end within
 * some seconds, so that little is lost with a task and yet not every small item becomes a file. Its name tells which
 * items it holds: two attempts of a task that commit the same items write the same file, and either may win.
 *
 * @param <T> what an item comes to
 */
final class CheckpointSink<T> implements OutputSink<T> {

    /** An item's file waits for more items at most this long; about what it costs to begin a task anew. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Outputs that a task holds back at most; plus those of one item. */
    private static final long FILE_BYTES = 16L << 20;

    /** Files in a checkpoint that are not full, besides the last of each task: more make every listing slow. */
    private static final int MOST_FILES = 1 << 16;

    private final CheckpointFolder folder;
    private final byte[] run;
    private final ItemForm<T> form;
    private final int leastItems;

    /**
     * @param run which computation this is, {@value ItemFile#RUN_BYTES} bytes
     * @param items of the whole computation
     */
    CheckpointSink(CheckpointFolder folder, byte[] run, ItemForm<T> form, int items) {
        this.folder = folder;
        this.run = run;
        this.form = form;
        this.leastItems = 1 + items / MOST_FILES;
    }

    @Override
    public Iterator<Tuple2<Integer, T>> take(Iterator<Tuple2<Integer, T>> outcomes) {
        List<ItemFile.Written> pending = new ArrayList<>();
        long bytes = 0;
        long since = System.nanoTime();
        while (outcomes.hasNext()) {
            ItemFile.Written item = written(outcomes.next());
            pending.add(item);
            bytes += item.bytes();
            boolean due = System.nanoTime() - since >= PATIENCE_NANOS && pending.size() >= leastItems;
            if (due || bytes >= FILE_BYTES) {
                commit(pending);
                pending.clear();
                bytes = 0;
                since = System.nanoTime();
            }
        }
        commit(pending);
        return Collections.emptyIterator();
    }

    private ItemFile.Written written(Tuple2<Integer, T> item) {
        try {
            return new ItemFile.Written(item._1, form.head(item._2), form.write(item._2));
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
    }

    private void commit(List<ItemFile.Written> items) {
        if (items.isEmpty()) {
            return;
        }
        try {
            folder.writeFile(name(items), ItemFile.compose(run, items));
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
    }

    private static String name(List<ItemFile.Written> items) {
        ByteBuffer places = ByteBuffer.allocate(items.size() * 2 * Integer.BYTES);
        items.forEach(item -> places.putInt(item.block()).putInt(item.head()));
        return "%d-%d-%s"
                .formatted(
                        items.get(0).block(),
                        items.get(0).head(),
                        Manifest.hex(places.array()).substring(0, 24));
    }
}
