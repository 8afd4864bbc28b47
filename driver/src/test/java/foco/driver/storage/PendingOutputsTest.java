package foco.driver.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import foco.driver.file.ArrayFile;
import foco.driver.file.ArrayReader;
import foco.driver.file.ArrayTarget;
import foco.driver.file.ArrayWriter;
import foco.driver.file.HeadLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingOutputsTest {
    private static final HeadLayout LAYOUT = new HeadLayout(HeadLayout.Form.TOKENS, 1, 2, 1, 1);
    private static final byte[] FORMER = {1, 2, 3};

    @TempDir
    private Path folder;

    private Configuration hadoop = new Configuration();

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private OutputTarget target(String name) throws IOException {
        return OutputTarget.file(folder.resolve(name).toString(), hadoop);
    }

    private ArrayTarget array(String name) throws IOException {
        return ArrayTarget.of(name, "output", hadoop);
    }

    private ArrayTarget inFolder(String name) throws IOException {
        return array(folder.resolve(name).toString());
    }

    private String refusal(String path) {
        return assertThrows(InvalidInputException.class, () -> OutputTarget.file(path, hadoop))
                .getMessage();
    }

    private static void fill(ArrayWriter writer) throws IOException {
        writer.write(0, 0, 2, new float[] {5, 6});
    }

    private float[] floats(String name) throws IOException {
        float[] values = new float[2];
        try (ArrayReader reader = ArrayFile.open(name, hadoop).reader(hadoop)) {
            reader.read(0, values, 0, 2);
        }
        return values;
    }

    @Test
    void allAppearAtCommitAndNothingElseIsLeft() throws IOException {
        Files.write(folder.resolve("O.npy"), FORMER);
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(inFolder("O.npy").vectors(pending, LAYOUT));
            fill(inFolder("L.npy").scalars(pending, LAYOUT));
            assertEquals(3, names().size());
            assertArrayEquals(FORMER, Files.readAllBytes(folder.resolve("O.npy")));
            assertTrue(names().stream().filter(name -> !name.equals("O.npy")).allMatch(name -> name.startsWith(".")));
            pending.commit();
        }
        assertEquals(Set.of("L.npy", "O.npy"), names());
        assertArrayEquals(new float[] {5, 6}, floats(folder.resolve("O.npy").toString()));
        assertArrayEquals(new float[] {5, 6}, floats(folder.resolve("L.npy").toString()));
    }

    @Test
    void withoutCommitNothingIsLeftAndNothingChanged() throws IOException {
        Files.write(folder.resolve("O.npy"), FORMER);
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(inFolder("O.npy").vectors(pending, LAYOUT));
            Files.createDirectory(Path.of(pending.directory(
                            OutputTarget.newDirectory(folder.resolve("table").toString(), hadoop))
                    .replaceFirst("^file:", "")));
        }
        assertEquals(Set.of("O.npy"), names());
        assertArrayEquals(FORMER, Files.readAllBytes(folder.resolve("O.npy")));
    }

    @Test
    void ifTheSecondCannotBeNamedTheFirstIsUndone() throws IOException {
        Files.write(folder.resolve("O.npy"), FORMER);
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(inFolder("O.npy").vectors(pending, LAYOUT));
            fill(inFolder("L.npy").scalars(pending, LAYOUT));
            // Meanwhile somebody makes a folder of the second's name.
            Files.createDirectory(folder.resolve("L.npy"));
            Files.createFile(folder.resolve("L.npy").resolve("something"));
            assertThrows(IOException.class, pending::commit);
        }
        assertEquals(Set.of("L.npy", "O.npy"), names());
        assertArrayEquals(FORMER, Files.readAllBytes(folder.resolve("O.npy")));
    }

    @Test
    void ifTheSecondCannotBeNamedANewFirstIsRemoved() throws IOException {
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(inFolder("O.npy").vectors(pending, LAYOUT));
            fill(inFolder("L.npy").scalars(pending, LAYOUT));
            Files.createDirectory(folder.resolve("L.npy"));
            Files.createFile(folder.resolve("L.npy").resolve("something"));
            assertThrows(IOException.class, pending::commit);
        }
        assertEquals(Set.of("L.npy"), names());
    }

    @Test
    void aDirectoryAppearsWholeAndIsNeverPutIntoAnother() throws IOException {
        OutputTarget table = OutputTarget.newDirectory(folder.resolve("table").toString(), hadoop);
        OutputTarget late = OutputTarget.newDirectory(folder.resolve("late").toString(), hadoop);
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            Path hidden = Path.of(pending.directory(table).replaceFirst("^file:", ""));
            Files.createDirectory(hidden);
            Files.write(hidden.resolve("part"), FORMER);
            pending.commit();
        }
        assertEquals(Set.of("table"), names());
        assertArrayEquals(FORMER, Files.readAllBytes(folder.resolve("table").resolve("part")));
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            Files.createDirectory(Path.of(pending.directory(late).replaceFirst("^file:", "")));
            Files.createDirectory(folder.resolve("late"));
            Files.createFile(folder.resolve("late").resolve("somebody's"));
            assertThrows(IOException.class, pending::commit);
        }
        assertEquals(Set.of("table", "late"), names());
        assertTrue(Files.exists(folder.resolve("late").resolve("somebody's")));
        assertTrue(refusalOfDirectory("table").endsWith("exists already; name a new directory or remove it"));
    }

    private String refusalOfDirectory(String name) {
        return assertThrows(
                        InvalidInputException.class,
                        () -> OutputTarget.newDirectory(folder.resolve(name).toString(), hadoop))
                .getMessage();
    }

    /** viewfs is a file system of Hadoop's that is not "file:", here with this folder as its root. */
    @Test
    void filesOnOtherFileSystemsAreUploadedAndRenamed() throws IOException {
        hadoop.set("fs.viewfs.mounttable.foco.link./data", folder.toUri().toString());
        String output = "viewfs://foco/data/O.npy";
        for (int time = 0; time < 2; time++) {
            try (PendingOutputs pending = new PendingOutputs(hadoop)) {
                fill(array(output).vectors(pending, LAYOUT));
                pending.commit();
            }
            assertArrayEquals(new float[] {5, 6}, floats(output));
        }
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(array("viewfs://foco/data/P.npy").vectors(pending, LAYOUT));
        }
        assertEquals(Set.of("O.npy"), namesWithoutChecksums());
        String missing = assertThrows(
                        InvalidInputException.class, () -> OutputTarget.file("viewfs://foco/data/no/O.npy", hadoop))
                .getMessage();
        assertTrue(missing.contains("folder viewfs://foco/data/no does not exist; create it first"), missing);
    }

    private Set<String> namesWithoutChecksums() throws IOException {
        return names().stream().filter(name -> !name.endsWith(".crc")).collect(Collectors.toSet());
    }

    @Test
    void aTargetThatCannotBeWrittenIsRefusedUpFront() throws IOException {
        assertEquals(
                "%1$s is a directory; name a file, such as %1$s/output.npy".formatted(folder),
                refusal(folder.toString()));
        String inMissing = folder.resolve("no").resolve("O.npy").toString();
        assertEquals(
                "%s cannot be written: folder %s does not exist; create it first"
                        .formatted(inMissing, folder.resolve("no")),
                refusal(inMissing));
        Path file = Files.write(folder.resolve("file"), FORMER);
        assertTrue(refusal(file.resolve("O.npy").toString()).contains(file + " is not a folder"));
        assertTrue(refusal("/dev/null").contains("is not a regular file"));
        assertTrue(refusal("").contains("name of a file is empty"));
        assertEquals(Set.of("file"), names());
    }

    private void addFileSystems() {
        hadoop.set("fs.plain.impl", PlainFileSystem.class.getName());
        hadoop.set("fs.stuck.impl", PlainFileSystem.Stuck.class.getName());
    }

    @Test
    void aFileSystemOfHadoopsOlderInterfaceOnlyTakesWhatIsNew() throws IOException {
        addFileSystems();
        String output = "plain:" + folder.resolve("O.npy");
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(array(output).vectors(pending, LAYOUT));
            String table = pending.directory(OutputTarget.newDirectory("plain:" + folder.resolve("table"), hadoop));
            assertEquals(Set.of(), names(), "what was tried is gone");
            Files.createDirectory(Path.of(table.replaceFirst("^plain:/+", "/")));
            pending.commit();
        }
        assertEquals(Set.of("O.npy", "table"), names());
        assertArrayEquals(new float[] {5, 6}, floats(output));
        assertEquals(
                output
                        + " exists already, and its file system cannot replace a file in one step; remove it or name another",
                refusal(output));
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(array("plain:" + folder.resolve("P.npy")).vectors(pending, LAYOUT));
            Files.write(folder.resolve("P.npy"), FORMER);
            assertThrows(IOException.class, pending::commit);
        }
        assertArrayEquals(FORMER, Files.readAllBytes(folder.resolve("P.npy")), "what came meanwhile stays");
        assertEquals(Set.of("O.npy", "P.npy", "table"), names());
    }

    @Test
    void aFileSystemOnWhichNothingCanBeRenamedIsRefusedUpFront() throws IOException {
        addFileSystems();
        String output = "stuck:" + folder.resolve("O.npy");
        String refusal = refusal(output);
        assertTrue(refusal.startsWith(output + " cannot be written: a trial in its folder failed ("), refusal);
        assertTrue(refusal.endsWith("could not be renamed); choose another folder"), refusal);
        assertThrows(InvalidInputException.class, () -> OutputTarget.newDirectory(output, hadoop));
        assertEquals(Set.of(), names());
    }

    private static String shortOfRoom(long bytes, OutputTarget... targets) throws IOException {
        Room room = new Room();
        for (OutputTarget target : targets) {
            room.add(target, bytes);
        }
        return assertThrows(InvalidInputException.class, room::check).getMessage();
    }

    @Test
    void outputsHaveToFitOnTheirDiskTogether() throws IOException {
        long left = Files.getFileStore(folder).getUsableSpace();
        String refusal = shortOfRoom(left / 4 * 3, target("O.npy"), target("L.npy"));
        String names = "%s, %s: ".formatted(folder.resolve("O.npy"), folder.resolve("L.npy"));
        assertTrue(refusal.startsWith(names), refusal);
        assertTrue(refusal.contains(" bytes are needed on the disk of %s, which has ".formatted(folder)), refusal);
        Room room = new Room();
        room.add(target("O.npy"), left / 4 * 3);
        room.check();
    }

    @Test
    void whatGoesToAnotherFileSystemHasToFitWhereItIsWrittenFirst() throws IOException {
        addFileSystems();
        OutputTarget target = OutputTarget.file("plain:" + folder.resolve("O.npy"), hadoop);
        String refusal = shortOfRoom(Long.MAX_VALUE, target);
        assertTrue(refusal.contains("bytes are written in %s first".formatted(RemoteFile.stagingFolder())), refusal);
        assertTrue(refusal.endsWith("choose another with --conf spark.local.dir=FOLDER"), refusal);
    }

    @Test
    void whatASymbolicLinkLeadsToIsReplacedAndNotTheLink() throws IOException {
        Files.write(folder.resolve("real.npy"), FORMER);
        Files.createSymbolicLink(folder.resolve("O.npy"), folder.resolve("real.npy"));
        try (PendingOutputs pending = new PendingOutputs(hadoop)) {
            fill(inFolder("O.npy").vectors(pending, LAYOUT));
            pending.commit();
        }
        assertTrue(Files.isSymbolicLink(folder.resolve("O.npy")));
        assertArrayEquals(new float[] {5, 6}, floats(folder.resolve("real.npy").toString()));
    }
}
