package foco.driver.model;

import foco.driver.block.TokenBlock;
import foco.driver.checkpoint.CheckpointException;
import foco.kernels.tile.Floats;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** The hidden states of a partition in a file: written under a name of its own, and renamed when it is whole. */
final class StateFile {

    private final Path path;
    private final SerializableConfiguration hadoop;

    StateFile(String folder, int partition, SerializableConfiguration hadoop) {
        this.path = new Path(folder, "part-%06d.foco".formatted(partition));
        this.hadoop = hadoop;
    }

    /** The local file system comes without Hadoop's checksum files: these files have checksums of their own. */
    static FileSystem fileSystem(Path path, SerializableConfiguration hadoop) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop.value());
        return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
    }

    boolean exists() throws IOException {
        return fileSystem(path, hadoop).exists(path);
    }

    /** Writes blocks of one column. */
    void write(Iterator<TokenBlock> blocks) throws IOException {
        FileSystem fileSystem = fileSystem(path, hadoop);
        Path unfinished = new Path(path.getParent(), ".%s.tmp".formatted(UUID.randomUUID()));
        CRC32C crc = new CRC32C();
        try (OutputStream file = fileSystem.create(unfinished, true)) {
            DataOutputStream out = new DataOutputStream(new CheckedOutputStream(file, crc));
            while (blocks.hasNext()) {
                TokenBlock block = blocks.next();
                byte[] values = Floats.bytes(block.columns()[0]);
                out.writeBoolean(true);
                out.writeUTF(block.sequence());
                out.writeLong(block.firstPosition());
                out.writeInt(block.rows());
                out.writeInt(values.length);
                out.write(values);
            }
            out.writeBoolean(false);
            out.flush();
            new DataOutputStream(file).writeLong(crc.getValue());
        }
        // Where another attempt of the task came first, its file is as good.
        if (!fileSystem.rename(unfinished, path) && !fileSystem.exists(path)) {
            throw new IOException("%s could not be renamed to %s".formatted(unfinished, path.getName()));
        }
        fileSystem.delete(unfinished, false);
    }

    /** @throws CheckpointException if a bit of it has changed */
    Iterator<TokenBlock> read() throws IOException {
        byte[] bytes;
        try (InputStream in = fileSystem(path, hadoop).open(path)) {
            bytes = in.readAllBytes();
        }
        int end = bytes.length - Long.BYTES;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, Math.max(0, end));
        List<TokenBlock> blocks = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (end < 1
                || crc.getValue() != new DataInputStream(new ByteArrayInputStream(bytes, end, Long.BYTES)).readLong()) {
            throw new CheckpointException(
                    "The checkpoint is damaged: %s does not match its checksum; delete the checkpoint to start again."
                            .formatted(path));
        }
        while (in.readBoolean()) {
            String sequence = in.readUTF();
            long first = in.readLong();
            int rows = in.readInt();
            blocks.add(new TokenBlock(sequence, first, rows, Floats.of(in.readNBytes(in.readInt()))));
        }
        return blocks.iterator();
    }
}
