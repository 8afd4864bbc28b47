package foco.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;

/**
 * Runs commands on a few tokens, so that a JVM loads the classes that commands need and can keep them in an archive at its
 * end ({@code -XX:ArchiveClassesAtExit}). The launcher starts it after a build; nobody else needs it.
 */
public final class Rehearsal {
    private static final int TOKENS = 64;
    private static final int WIDTH = 32;

    private final Path folder;
    private final PrintWriter log = new PrintWriter(System.err, true);

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // as Foco does
        Path folder = Files.createTempDirectory("foco-rehearsal");
        int failed;
        try {
            failed = new Rehearsal(folder).run();
        } finally {
            FileUtil.fullyDelete(folder.toFile());
        }
        Foco.stopSpark(true);
        System.exit(failed);
    }

    /** Returns how many commands failed. */
    private int run() throws IOException {
        writeArray("q.npy");
        writeArray("k.npy");
        writeArray("v.npy");
        int failed =
                command("attend --query q.npy --key k.npy --value v.npy --heads 2 --causal --output o.npy --lse l.npy");
        failed += command("weights --query q.npy --key k.npy --heads 2 --causal --queries 1,8-9 --output w.npy");
        writeTable("tokens");
        return failed + command("attend --input tokens --heads 2 --causal --output attended");
    }

    /** A word with a dot, or one of the tables' names, is a file of the folder. */
    private int command(String line) {
        String[] words = line.split(" ");
        for (int i = 0; i < words.length; i++) {
            if (words[i].endsWith(".npy") || words[i].equals("tokens") || words[i].equals("attended")) {
                words[i] = folder.resolve(words[i]).toString();
            }
        }
        return Foco.run(log, log, words) == 0 ? 0 : 1;
    }

    /** {@code [tokens, width]}, in NumPy's format 1.0: its header takes 128 bytes. */
    private void writeArray(String name) throws IOException {
        ByteBuffer file =
                ByteBuffer.allocate(128 + TOKENS * WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d)}".formatted(TOKENS, WIDTH);
        file.put("%-117s\n".formatted(header).getBytes(StandardCharsets.US_ASCII));
        while (file.hasRemaining()) {
            file.putFloat(file.position() % 7 - 3);
        }
        Files.write(folder.resolve(name), file.array());
    }

    private void writeTable(String name) {
        String row = "transform(sequence(1, %d), i -> float((id + i) %% 7)) AS ".formatted(WIDTH);
        SparkSession.builder()
                .getOrCreate()
                .range(TOKENS)
                .selectExpr("id AS position", row + "query", row + "key", row + "value")
                .write()
                .parquet(folder.resolve(name).toString());
    }
}
