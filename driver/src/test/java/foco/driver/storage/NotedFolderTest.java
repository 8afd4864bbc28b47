package foco.driver.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotedFolderTest {
    private static final String FIRST_LINE = "Written by a test.";

    @TempDir
    private Path parent;

    private final Configuration hadoop = new Configuration();
    private Path path;

    @BeforeEach
    void name() {
        path = parent.resolve("with spaces: and a colon");
    }

    @Test
    void makesAFolderAndReplacesItTheNextTime() throws IOException {
        open().replace("one\n", hadoop, (into, folder) -> into.text(folder, "a.txt", "first"));
        assertEquals(List.of("README.txt", "a.txt"), held());
        assertEquals(FIRST_LINE + "\none\n", Files.readString(path.resolve("README.txt")));
        open().replace("two\n", hadoop, (into, folder) -> into.text(folder, "b.txt", "second"));
        assertEquals(List.of("README.txt", "b.txt"), held());
        assertEquals("second", Files.readString(path.resolve("b.txt")));
        assertEquals(List.of(path), list(parent));
    }

    @Test
    void takesAnEmptyFolder() throws IOException {
        Files.createDirectory(path);
        open().replace("", hadoop, (into, folder) -> {});
        assertEquals(List.of("README.txt"), held());
    }

    @Test
    void refusesAFolderThatItDidNotWrite() throws IOException {
        Files.createDirectory(path);
        Files.writeString(path.resolve("a.txt"), "somebody's own");
        assertRefused(" exists and holds what this command did not write (a.txt); name another folder");
        Files.writeString(path.resolve("README.txt"), "Another program's note.");
        assertRefused(" exists and holds what this command did not write");
    }

    @Test
    void refusesItsOwnFolderOnceSomethingElseLiesInIt() throws IOException {
        open().replace("", hadoop, (into, folder) -> into.text(folder, "a.txt", "x"));
        Files.writeString(path.resolve("notes.txt"), "somebody's own");
        assertRefused(" exists and holds what this command did not write (notes.txt); name another folder");
    }

    @Test
    void refusesAFileAndAMissingParent() throws IOException {
        Files.writeString(path, "x");
        assertRefused(" is a file; name a folder");
        path = parent.resolve("none/folder");
        assertRefused(" cannot be written: folder " + parent + "/none does not exist; create it first");
    }

    @Test
    void refusesAFolderThatCannotBeReplacedBeforeAnyWork() throws IOException {
        open().replace("", hadoop, (into, folder) -> into.text(folder, "a.txt", "x"));
        for (Path locked : List.of(parent, path)) {
            Set<PosixFilePermission> before = Files.getPosixFilePermissions(locked);
            Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
            assertRefused(" cannot be written: folder " + locked + " may not be written by this user");
            Files.setPosixFilePermissions(locked, before);
        }
        open().replace("", hadoop, (into, folder) -> {});
    }

    @Test
    void leavesWhatWasThereIfTheWritingFails() throws IOException {
        open().replace("", hadoop, (into, folder) -> into.text(folder, "a.txt", "kept"));
        IOException failure = assertThrows(IOException.class, () -> open().replace("", hadoop, (into, folder) -> {
            into.text(folder, "b.txt", "lost");
            throw new IOException("the disk is full");
        }));
        assertEquals("the disk is full", failure.getMessage());
        assertEquals(List.of("README.txt", "a.txt"), held());
        assertEquals(List.of(path), list(parent));
    }

    private NotedFolder open() throws IOException {
        return NotedFolder.open(path.toString(), FIRST_LINE, Set.of("a.txt", "b.txt"), hadoop);
    }

    private void assertRefused(String expected) {
        String message = assertThrows(InvalidInputException.class, this::open).getMessage();
        assertTrue(message.startsWith(path + expected), message);
    }

    private List<String> held() throws IOException {
        return list(path).stream()
                .map(entry -> entry.getFileName().toString())
                .filter(name -> !name.endsWith(".crc"))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
