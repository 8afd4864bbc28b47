package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.testing.SparkTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foco attend} from and to HDFS, of which a name node and a data node run in this process. */
@Tag("slow")
@SparkTest
class HdfsTest {

    private static final List<String> INPUTS = List.of("Q.npy", "K.npy", "V.npy");

    @TempDir
    private static java.nio.file.Path folder;

    private static MiniDFSCluster cluster;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private DistributedFileSystem hdfs;

    @BeforeAll
    static void start() throws IOException {
        cluster = new MiniDFSCluster.Builder(
                        new Configuration(), folder.resolve("hdfs").toFile())
                .build();
        Random random = new Random(60);
        for (String name : INPUTS) {
            NpyArray.random(random, 1600, 32).float32(folder.resolve(name));
        }
    }

    @AfterAll
    static void stop() {
        cluster.shutdown();
    }

    @BeforeEach
    void upload() throws IOException {
        hdfs = cluster.getFileSystem();
        hdfs.delete(new Path("/data"), true);
        hdfs.mkdirs(new Path("/data"));
        for (String name : INPUTS) {
            hdfs.copyFromLocalFile(new Path(folder.resolve(name).toUri()), new Path("/data", name));
        }
    }

    private static String here(String name) {
        return folder.resolve(name).toString();
    }

    private String there(String name) {
        return hdfs.getUri() + "/data/" + name;
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Foco.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    private int attendThere(String output, String... more) {
        List<String> arguments = new ArrayList<>(List.of("attend", "--heads", "4", "--causal", "--json"));
        arguments.addAll(List.of("--query", there("Q.npy"), "--key", there("K.npy"), "--value", there("V.npy")));
        arguments.addAll(List.of("--output", there(output)));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    /** What the same command writes on a disk. */
    private byte[] expected() throws IOException {
        int code = run(
                "attend",
                "--heads",
                "4",
                "--causal",
                "--query",
                here("Q.npy"),
                "--key",
                here("K.npy"),
                "--value",
                here("V.npy"),
                "--output",
                here("O.npy"));
        assertEquals(0, code, err::toString);
        return java.nio.file.Files.readAllBytes(folder.resolve("O.npy"));
    }

    private byte[] read(String name) throws IOException {
        try (var in = hdfs.open(new Path("/data", name))) {
            return in.readAllBytes();
        }
    }

    private List<String> names() throws IOException {
        return Arrays.stream(hdfs.listStatus(new Path("/data")))
                .map(FileStatus::getPath)
                .map(Path::getName)
                .sorted()
                .toList();
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void arraysAreReadAndWritten() throws IOException {
        byte[] expected = expected();
        hdfs.create(new Path("/data/O.npy")).close(); // an earlier output, which is replaced
        assertEquals(0, attendThere("O.npy", "--lse", there("L.npy")), err::toString);
        assertArrayEquals(expected, read("O.npy"));
        assertEquals(128 + 1600 * 4 * 4, read("L.npy").length);
        assertEquals(List.of("K.npy", "L.npy", "O.npy", "Q.npy", "V.npy"), names());
    }

    @Test
    void tablesAreReadAndWritten(SparkSession spark) throws IOException {
        spark.range(700)
                .selectExpr("id as position", "array(cos(id / 10), sin(id / 10)) as vector")
                .selectExpr("position", "vector as query", "vector as key", "vector as value")
                .write()
                .parquet(there("tokens"));
        assertEquals(0, run("attend", "--input", there("tokens"), "--output", there("attended")), err::toString);
        assertEquals(700, spark.read().parquet(there("attended")).count());
        assertEquals(List.of("K.npy", "Q.npy", "V.npy", "attended", "tokens"), names());
    }

    /** The output's folder is full when the command has computed; what is finished stays in the checkpoint. */
    @Test
    void aCheckpointIsGoneOnFrom() throws IOException {
        byte[] expected = expected();
        Path full = new Path("/data/full");
        hdfs.mkdirs(full);
        hdfs.setQuota(full, HdfsConstants.QUOTA_DONT_SET, 1);
        assertEquals(1, attendThere("full/O.npy", "--checkpoint", there("c")));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().contains("/data/full"), err::toString);
        assertEquals(0, hdfs.listStatus(full).length);
        assertTrue(hdfs.exists(new Path("/data/c")), err::toString);
        assertEquals(0, attendThere("O.npy", "--checkpoint", there("c")), err::toString);
        assertEquals(12, report().get("items_found").asInt(), out.toString());
        assertArrayEquals(expected, read("O.npy"));
        assertFalse(hdfs.exists(new Path("/data/c")));
    }
}
