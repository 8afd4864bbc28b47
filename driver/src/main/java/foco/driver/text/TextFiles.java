package foco.driver.text;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Texts in UTF-8, in any file system that Hadoop knows. */
public final class TextFiles {

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private TextFiles() {}

    /**
     * A file as one text, or a folder's files as one text each, in the order of their names; files whose names begin with a
     * dot or an underscore are no texts.
     *
     * @throws InvalidInputException if there is nothing of that name, a folder holds no files, or a file is not in UTF-8
     */
    public static List<Document> read(String name, Configuration hadoop) throws IOException {
        Path path = path(name);
        FileSystem files = path.getFileSystem(hadoop);
        if (!files.exists(path)) {
            throw new InvalidInputException(name + " does not exist; check the path");
        }
        if (!files.getFileStatus(path).isDirectory()) {
            return List.of(file(name, hadoop));
        }
        List<Document> all = new ArrayList<>();
        FileStatus[] there = files.listStatus(path);
        Arrays.sort(there, Comparator.comparing(FileStatus::getPath));
        for (FileStatus each : there) {
            String file = each.getPath().getName();
            if (each.isFile() && !file.startsWith(".") && !file.startsWith("_")) {
                all.add(new Document(file, text(files, each.getPath(), name + "/" + file)));
            }
        }
        if (all.isEmpty()) {
            throw new InvalidInputException(name + " is a folder that holds no texts; check the path");
        }
        return all;
    }

    /**
     * A file as one text.
     *
     * @throws InvalidInputException if there is no such file, or it is not in UTF-8
     */
    public static Document file(String name, Configuration hadoop) throws IOException {
        Path path = path(name);
        FileSystem files = path.getFileSystem(hadoop);
        if (!files.exists(path)) {
            throw new InvalidInputException(name + " does not exist; check the path");
        }
        if (files.getFileStatus(path).isDirectory()) {
            throw new InvalidInputException(name + " is a folder; name a text file");
        }
        return new Document(name, text(files, path, name));
    }

    /**
     * The lines of a file as a text each; empty ones are left out.
     *
     * @throws InvalidInputException as {@link #file} does, or if all lines are empty
     */
    public static List<Document> lines(String name, Configuration hadoop) throws IOException {
        List<String> lines = file(name, hadoop).text().lines().toList();
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                all.add(new Document("line %d".formatted(i + 1), lines.get(i)));
            }
        }
        if (all.isEmpty()) {
            throw new InvalidInputException(name + " holds no words; give a text");
        }
        return all;
    }

    /** Hadoop takes a colon in a name for a scheme's. */
    private static Path path(String name) {
        return name.matches("[a-zA-Z][a-zA-Z0-9+.-]*:/.*") ? new Path(name) : new Path(null, null, name);
    }

    private static String text(FileSystem files, Path path, String name) throws IOException {
        byte[] bytes;
        try (InputStream in = files.open(path)) {
            bytes = in.readAllBytes();
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        try {
            String text = decoder.decode(ByteBuffer.wrap(bytes)).toString();
            // Some editors begin a file with a byte order mark, which is no part of its text.
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(name + " is not text in UTF-8; save it in that encoding");
        }
    }
}
