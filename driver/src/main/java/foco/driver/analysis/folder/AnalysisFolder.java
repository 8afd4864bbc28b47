package foco.driver.analysis.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import foco.driver.storage.Location;
import foco.driver.storage.OutputTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of an analysis. Tables appear in it whole; {@code analysis.json} comes last, and a folder without it is unfinished.
 * Until then {@code _unfinished} holds the request, by which the same command knows that it may go on, marks of the layers that
 * are done, and what is not yet whole. Any file system that Hadoop knows will do, if every executor reaches it.
 */
public final class AnalysisFolder {

    /** What tells of a finished analysis. */
    public static final String DOCUMENT = "analysis.json";

    /** The text. */
    public static final String TEXT = "text.txt";

    static final String UNFINISHED = "_unfinished";
    private static final String REQUEST = "request.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Location location;
    private final FileSystem files;

    private AnalysisFolder(Location location, FileSystem files) {
        this.location = location;
        this.files = files;
    }

    /**
     * Checks that an analysis can be written there, before any work.
     *
     * @param name new, empty, or with the unfinished analysis of the same request
     * @param request what is asked for: two runs with the same go on from each other
     * @throws InvalidInputException if it holds a finished analysis, that of another request, or something else
     */
    public static AnalysisFolder open(String name, Map<String, String> request, Configuration hadoop)
            throws IOException {
        Location location = Location.of(name, hadoop);
        AnalysisFolder folder = new AnalysisFolder(location, location.fileSystem(hadoop));
        if (!folder.files.exists(location.path())) {
            OutputTarget.newDirectory(name, hadoop);
            return folder;
        }
        if (!folder.files.getFileStatus(location.path()).isDirectory()) {
            throw new InvalidInputException(name + " is a file; name a folder");
        }
        folder.requireFreeOrSame(request);
        return folder;
    }

    private void requireFreeOrSame(Map<String, String> request) throws IOException {
        if (files.exists(path(DOCUMENT))) {
            throw new InvalidInputException(
                    "%s holds a finished analysis; name a new folder, or remove it (foco report makes a page of it)"
                            .formatted(name()));
        }
        FileStatus[] held = files.listStatus(location.path());
        if (held.length == 0) {
            return;
        }
        if (!files.exists(unfinished(REQUEST))) {
            throw new InvalidInputException("%s exists and holds what is no analysis (%s); name another folder"
                    .formatted(name(), held[0].getPath().getName()));
        }
        JsonNode stored = JSON.readTree(read(unfinished(REQUEST)));
        for (Map.Entry<String, String> line : request.entrySet()) {
            String before = stored.path(line.getKey()).asText("");
            if (!before.equals(line.getValue())) {
                throw new InvalidInputException(
                        "%s holds an unfinished analysis of another %s (%s, and now %s); give the command that began it, name another folder, or remove this one"
                                .formatted(name(), line.getKey(), shown(before), shown(line.getValue())));
            }
        }
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : value;
    }

    /** Begins, or goes on. */
    public void begin(Map<String, String> request) throws IOException {
        files.mkdirs(unfinished());
        if (!files.exists(unfinished(REQUEST))) {
            ObjectNode lines = JSON.createObjectNode();
            request.forEach(lines::put);
            write(unfinished(REQUEST), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(lines));
        }
    }

    /** As the user wrote it. */
    public String name() {
        return location.name();
    }

    /** An entry of the folder. */
    public Path path(String entry) {
        return new Path(location.path(), entry);
    }

    /** A layer's part of a table. */
    public Path path(String table, int layer) {
        return new Path(path(table), "layer=" + layer);
    }

    private Path unfinished() {
        return path(UNFINISHED);
    }

    /** Where something lies until the analysis is finished. */
    public Path unfinished(String entry) {
        return new Path(unfinished(), entry);
    }

    /** Keeps something until the end. */
    public void keep(String entry, String text) throws IOException {
        write(unfinished(entry), text);
    }

    /** What was kept. */
    public byte[] kept(String entry) throws IOException {
        return read(unfinished(entry));
    }

    /** Whether something was kept. */
    public boolean isKept(String entry) throws IOException {
        return files.exists(unfinished(entry));
    }

    /** The files that all layers keep of something until the end, in order. */
    public List<String> keptFiles(String entry) throws IOException {
        List<String> kept = new ArrayList<>();
        for (FileStatus layer : files.listStatus(unfinished(entry))) {
            for (FileStatus file : files.listStatus(layer.getPath())) {
                // Those of checksums are hidden.
                if (!file.getPath().getName().startsWith(".")) {
                    kept.add(file.getPath().toString());
                }
            }
        }
        Collections.sort(kept);
        return kept;
    }

    /** Creates a file of the folder. */
    public OutputStream create(String entry) throws IOException {
        return files.create(path(entry), true);
    }

    /** Whether all tables of a layer are there. */
    public boolean isDone(int layer) throws IOException {
        return files.exists(mark(layer));
    }

    private Path mark(int layer) {
        return unfinished("layer-%d.done".formatted(layer));
    }

    /** Where a layer's tables are written, before {@link #publish}; what an ended run left there is removed. */
    public Path draft(int layer) throws IOException {
        Path draft = unfinished("layer-" + layer);
        files.delete(draft, true);
        files.mkdirs(draft);
        return draft;
    }

    /**
     * Puts a layer's tables in their places, and marks the layer as done.
     *
     * @param tables that stay; others are kept until the end, as {@link #unfinished}
     */
    public void publish(int layer, Set<String> tables) throws IOException {
        for (FileStatus drawn : files.listStatus(unfinished("layer-" + layer))) {
            String table = drawn.getPath().getName();
            boolean stays = tables.contains(table);
            move(drawn.getPath(), stays ? path(table, layer) : new Path(unfinished(table), "layer=" + layer));
        }
        write(mark(layer), "");
        files.delete(unfinished("layer-" + layer), true);
    }

    /** Puts a table in its place; what an ended run left there is replaced. */
    public void publish(String table) throws IOException {
        move(unfinished(table), path(table));
    }

    private void move(Path from, Path to) throws IOException {
        files.delete(to, true);
        files.mkdirs(to.getParent());
        if (!files.rename(from, to)) {
            throw new IOException("%s could not be renamed to %s".formatted(from, to));
        }
    }

    /** Writes a file of the folder, in UTF-8: it appears whole. */
    public void text(String entry, String text) throws IOException {
        write(unfinished(entry), text);
        move(unfinished(entry), path(entry));
    }

    /** Writes {@link #DOCUMENT}, after which nothing is missing, and removes what only an unfinished analysis needs. */
    public void finish(String document) throws IOException {
        text(DOCUMENT, document);
        files.delete(unfinished(), true);
    }

    /** The bytes of each entry of the folder. */
    public long bytes(String entry) throws IOException {
        return files.exists(path(entry)) ? files.getContentSummary(path(entry)).getLength() : 0;
    }

    /** Which of some entries are there. */
    public List<String> present(List<String> entries) throws IOException {
        List<String> there = new ArrayList<>();
        for (String entry : entries) {
            if (files.exists(path(entry))) {
                there.add(entry);
            }
        }
        return there;
    }

    private void write(Path path, String text) throws IOException {
        try (OutputStream out = files.create(path, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private byte[] read(Path path) throws IOException {
        try (InputStream in = files.open(path)) {
            return in.readAllBytes();
        }
    }
}
