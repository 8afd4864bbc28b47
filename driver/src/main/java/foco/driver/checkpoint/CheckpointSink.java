package foco.driver.checkpoint;

import foco.driver.strategy.OutputSink;
import foco.driver.sweep.HeadOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import scala.Tuple2;

/**
 * Commits a task's outputs to the checkpoint; nothing of them is left to Spark. A file holds as many items as end within
 * some seconds, so that little is lost with a task and yet not every small item becomes a file. Its name tells which
 * items it holds: two attempts of a task that commit the same items write the same file, and either may win.
 */
final class CheckpointSink implements OutputSink<HeadOutput> {

    /** An item's file waits for more items at most this long; about what it costs to begin a task anew. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Outputs that a task holds back at most; plus those of one item. */
    private static final long FILE_BYTES = 16L << 20;

    /** Files in a checkpoint that are not full, besides the last of each task: more make every listing slow. */
    private static final int MOST_FILES = 1 << 16;

    private final CheckpointFolder folder;
    private final byte[] run;
    private final int width;
    private final int leastItems;

    /**
     * @param run which computation this is, {@value ItemFile#RUN_BYTES} bytes
     * @param width of the values of a head
     * @param items of the whole computation
     */
    CheckpointSink(CheckpointFolder folder, byte[] run, int width, int items) {
        this.folder = folder;
        this.run = run;
        this.width = width;
        this.leastItems = 1 + items / MOST_FILES;
    }

    @Override
    public Iterator<Tuple2<Integer, HeadOutput>> take(Iterator<Tuple2<Integer, HeadOutput>> outputs) {
        List<Tuple2<Integer, HeadOutput>> pending = new ArrayList<>();
        long bytes = 0;
        long since = System.nanoTime();
        while (outputs.hasNext()) {
            Tuple2<Integer, HeadOutput> item = outputs.next();
            pending.add(item);
            bytes += ItemFile.payloadBytes(item._2.lse().length, width);
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

    private void commit(List<Tuple2<Integer, HeadOutput>> items) {
        if (items.isEmpty()) {
            return;
        }
        try {
            folder.writeFile(name(items), ItemFile.compose(run, width, items));
        } catch (IOException e) {
            throw CheckpointFolder.unchecked(e);
        }
    }

    private static String name(List<Tuple2<Integer, HeadOutput>> items) {
        ByteBuffer places = ByteBuffer.allocate(items.size() * 2 * Integer.BYTES);
        items.forEach(item -> places.putInt(item._1).putInt(item._2.head()));
        return "%d-%d-%s"
                .formatted(
                        items.get(0)._1,
                        items.get(0)._2.head(),
                        Manifest.hex(places.array()).substring(0, 24));
    }
}
