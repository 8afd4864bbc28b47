package foco.driver.analysis.layer;

import foco.driver.file.RowFile;
import foco.kernels.tile.Floats;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Rows of weights in files, which are kept until an analysis is finished: one after another, then a mark of the end. */
public final class SampledRows {

    private SampledRows() {}

    /** Writes a file. */
    static final class Writer implements RowFile {

        private final int layer;
        private final DataOutputStream out;

        Writer(Path path, int layer, Configuration hadoop) throws IOException {
            this.layer = layer;
            this.out = new DataOutputStream(
                    new BufferedOutputStream(path.getFileSystem(hadoop).create(path, true)));
        }

        /** @param values head, position and weights */
        @Override
        public void add(Object... values) throws IOException {
            byte[] bytes = Floats.bytes((float[]) values[2]);
            out.writeBoolean(true);
            out.writeInt(layer);
            out.writeInt((Integer) values[0]);
            out.writeInt((Integer) values[1]);
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        @Override
        public void close() throws IOException {
            try (out) {
                out.writeBoolean(false);
            }
        }
    }

    /** The rows of some files, a partition for each. */
    public static JavaRDD<SampledRow> read(JavaSparkContext context, List<String> files) {
        SerializableConfiguration hadoop = new SerializableConfiguration(context.hadoopConfiguration());
        return context.parallelize(files, Math.max(1, files.size())).flatMap(file -> read(new Path(file), hadoop));
    }

    private static Iterator<SampledRow> read(Path file, SerializableConfiguration hadoop) throws IOException {
        DataInputStream in = new DataInputStream(
                new BufferedInputStream(file.getFileSystem(hadoop.value()).open(file)));
        // A task may end before the file does.
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close(in));
        return new Iterator<>() {
            private boolean isMore = in.readBoolean();

            @Override
            public boolean hasNext() {
                return isMore;
            }

            @Override
            public SampledRow next() {
                if (!isMore) {
                    throw new NoSuchElementException();
                }
                try {
                    int layer = in.readInt();
                    int head = in.readInt();
                    int position = in.readInt();
                    byte[] bytes = new byte[in.readInt()];
                    in.readFully(bytes);
                    isMore = in.readBoolean();
                    return new SampledRow(layer, head, position, Floats.of(bytes));
                } catch (IOException e) {
                    throw new UncheckedIOException(file + " is damaged or cut short", e);
                }
            }
        };
    }

    private static void close(DataInputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
