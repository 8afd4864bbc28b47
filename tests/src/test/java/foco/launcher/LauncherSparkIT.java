package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import foco.jobs.NpyArray;
import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./foco} to the end: Spark itself, the command, and what the user sees. */
class LauncherSparkIT {

    private static final long SEED = 20;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeReady() {
        FocoCommand.makeReady();
    }

    @BeforeEach
    void writeInput() throws IOException {
        Random random = new Random(SEED);
        NpyArray.random(random, 300, 32).float32(folder.resolve("q.npy"));
        NpyArray.random(random, 300, 16).float32(folder.resolve("k.npy"));
        NpyArray.random(random, 300, 16).float32(folder.resolve("v.npy"));
    }

    @Test
    void aCheckoutWithBlanksAndSignsInItsPathWritesToTheUsersFolderAndIsQuiet() throws IOException {
        CheckoutCopy copy = CheckoutCopy.in(folder).built();
        Path link = copy.linkSpark();
        try {
            Outcome outcome = copy.ownSpark().from(folder).run(attend("o.npy", "--driver-memory=1g"));
            assertEquals(0, outcome.exitCode(), outcome::toString);
            assertEquals("", outcome.errors());
            assertEquals(2, outcome.output().lines().count(), outcome.output());
            assertEquals(0, copy.callsOfMaven());
            assertArrayEquals(
                    new int[] {300, 32}, NpyArray.read(folder.resolve("o.npy")).shape());
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void classesComeFromTheArchive() throws IOException {
        Outcome outcome = FocoCommand.inCheckout()
                .from(folder)
                .run(attend("o.npy", "--driver-memory=1g", "--driver-java-options=-Xlog:class+load=info"));
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.errors());
        List<String> lines = outcome.output().lines().toList();
        for (String name : List.of("foco.jobs.attend.AttendCommand", "org.apache.spark.SparkContext")) {
            String source = " " + name + " source: shared objects file (top)";
            assertTrue(lines.stream().anyMatch(line -> line.endsWith(source)), name);
        }
        assertThatAllWasRehearsed(FocoCommand.inCheckout().launcher().resolveSibling("jobs/target/archive.log"));
    }

    @Test
    void badInputIsOneLineAndCodeOne() throws IOException {
        NpyArray.random(new Random(SEED), 299, 16).float32(folder.resolve("v.npy"));
        Outcome outcome = FocoCommand.inCheckout().from(folder).run(attend("o.npy"));
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertOneLine(outcome);
    }

    @Test
    void wrongUsageIsOneLineAndCodeTwo() {
        Outcome outcome = FocoCommand.inCheckout().from(folder).run("attend", "--no-such-option");
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertOneLine(outcome);
    }

    @Test
    void helpNeedsNoSparkToStart() {
        FocoCommand foco = FocoCommand.inCheckout().with("SPARK_CONF_DIR", "/nowhere");
        for (String[] arguments : List.of(
                new String[] {"--help"}, new String[] {"attend", "--help"}, new String[] {"help"}, new String[] {
                    "help", "attend"
                })) {
            Outcome outcome = foco.run(arguments);
            assertEquals(0, outcome.exitCode(), outcome::toString);
            assertTrue(outcome.output().contains("Usage:"), outcome.output());
            assertEquals("", outcome.errors());
        }
        Outcome without = foco.run();
        assertEquals(2, without.exitCode());
        assertEquals("", without.output());
        assertTrue(without.errors().contains("Commands:\n  attend "), without.errors());
    }

    @Test
    void endingTheLauncherEndsSpark() throws Exception {
        Process foco = FocoCommand.inCheckout().from(folder).start(attend("o.npy", "--verbose"));
        try (BufferedReader errors = foco.errorReader()) {
            // It is Java by now: the launcher became it.
            Stream<String> lines = errors.lines();
            assertTrue(lines.anyMatch(line -> line.contains("Running Spark version")));
            List<ProcessHandle> children = foco.descendants().toList();
            foco.toHandle().destroy(); // unlike Process.destroy, it leaves the streams open
            // Whoever ends a process goes on reading, or its last words would block it.
            while (errors.readLine() != null) {}
            assertTrue(foco.waitFor(60, TimeUnit.SECONDS));
            assertEquals(128 + 15, foco.exitValue());
            children.forEach(child -> child.onExit().join());
        }
        assertFalse(Files.exists(folder.resolve("o.npy")));
    }

    private static void assertThatAllWasRehearsed(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        assertTrue(lines.stream().anyMatch(line -> line.endsWith("/attended")), lines::toString);
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("foco:")), lines::toString);
    }

    @Test
    void ctrlCIsOneLineAndCode130AndLeavesNothing() throws Exception {
        NpyArray.random(new Random(SEED), 60_000, 64).float32(folder.resolve("q.npy"));
        NpyArray.random(new Random(SEED), 60_000, 32).float32(folder.resolve("k.npy"));
        NpyArray.random(new Random(SEED), 60_000, 32).float32(folder.resolve("v.npy"));
        // Whoever started this test may have had Ctrl-C ignored, as of a job in the background, and children inherit
        // that.
        Path launcher = Files.writeString(
                folder.resolve("foco"),
                "#!/bin/sh\nexec env --default-signal=INT '%s' \"$@\"\n"
                        .formatted(FocoCommand.inCheckout().launcher()));
        launcher.toFile().setExecutable(true);
        List<String> before = names();
        Process foco = FocoCommand.inCheckout()
                .through(launcher)
                .from(folder)
                .start(attend("o.npy", "--conf", "spark.foco.progress=true"));
        StringBuilder told = new StringBuilder();
        try (BufferedReader errors = foco.errorReader()) {
            // The line of progress: attention is being computed.
            for (int c = errors.read(); c >= 0; c = errors.read()) {
                told.append((char) c);
                if (told.toString().endsWith("attention")) {
                    new ProcessBuilder("kill", "-INT", String.valueOf(foco.pid()))
                            .start()
                            .waitFor();
                    told.setLength(0);
                }
            }
            assertTrue(foco.waitFor(60, TimeUnit.SECONDS));
        }
        assertEquals(128 + 2, foco.exitValue(), told::toString);
        assertEquals(
                "foco: ended by Ctrl-C or another signal before it was done\n",
                told.substring(told.lastIndexOf("\r") + 1));
        assertEquals(before, names());
    }

    @Test
    void aDiskThatIsReadOnlyIsTheUsersPathInOneLineBeforeAnyWork() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path launcher = Files.writeString(folder.resolve("foco"), """
                #!/bin/sh
                exec unshare -rm sh -c 'mount -t tmpfs -o ro none disk && cd disk && exec "$@"' sh "$@"
                """);
        launcher.toFile().setExecutable(true);
        FocoCommand mounted = FocoCommand.inCheckout().through(launcher).from(folder);
        assumeTrue(canRun(mounted), "needs Linux, and leave to mount");
        Outcome outcome = mounted.run(
                FocoCommand.inCheckout().launcher().toString(), "demo", "--output", "result", "--driver-memory", "1g");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertEquals(
                "foco: result cannot be written: folder %s may not be written by this user; choose another or change its permissions\n"
                        .formatted(disk.toRealPath()),
                outcome.errors());
    }

    private static boolean canRun(FocoCommand mounted) {
        try {
            return mounted.run("true").exitCode() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertOneLine(Outcome outcome) {
        assertEquals("", outcome.output());
        assertTrue(outcome.errors().matches("foco: [^\n]+\n"), outcome.errors());
    }

    private static String[] attend(String output, String... more) {
        Stream<String> fixed = Stream.of(
                "attend",
                "--query",
                "q.npy",
                "--key",
                "k.npy",
                "--value",
                "v.npy",
                "--heads",
                "4",
                "--kv-heads",
                "2",
                "--causal",
                "--output",
                output);
        return Stream.concat(fixed, Arrays.stream(more)).toArray(String[]::new);
    }
}
