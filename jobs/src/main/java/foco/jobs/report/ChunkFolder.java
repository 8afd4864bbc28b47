package foco.jobs.report;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.storage.Location;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where the data of a report go, a script for each chunk. Tasks write there themselves; one that is run again writes the same
 * bytes over the first.
 */
@DefaultSerializer(JavaSerializer.class)
record ChunkFolder(Location location, SerializableConfiguration hadoop) implements Serializable {

    static ChunkFolder of(Path folder, Configuration hadoop) {
        return new ChunkFolder(Location.of(folder.toString(), hadoop), new SerializableConfiguration(hadoop));
    }

    /** Writes a chunk; returns the size of its file. */
    long write(String name, byte[] bytes) throws IOException {
        byte[] script = ChunkText.script(name, bytes);
        FileSystem fileSystem = location.fileSystem(hadoop.value());
        try (OutputStream out = fileSystem.create(new Path(location.path(), name + ".js"), true)) {
            out.write(script);
        }
        return script.length;
    }

    /** The name of a chunk: its kind, and the numbers of what it is of. */
    static String name(String kind, int... numbers) {
        return Arrays.stream(numbers).mapToObj(number -> "-" + number).collect(Collectors.joining("", kind, ""));
    }
}
