package foco.driver.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlock;
import foco.driver.block.TokenSource;
import foco.driver.block.VectorColumn;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Tokens in files of arrays, a file a vector column. Tasks read the files, each the rows that it wants. A sequence's name
 * is its index in the batch.
 */
public final class FileSource implements TokenSource {

    private final List<Vectors> files;
    /** One or none. */
    private final List<ArrayFile> rotaryPositions;

    private final SerializableConfiguration hadoop;

    /**
     * A file of vectors.
     *
     * @param name of the vector column
     */
    @DefaultSerializer(JavaSerializer.class)
    public record Vectors(String name, ArrayFile file, HeadLayout layout) implements Serializable {}

    private FileSource(List<Vectors> files, List<ArrayFile> rotaryPositions, SerializableConfiguration hadoop) {
        this.files = files;
        this.rotaryPositions = rotaryPositions;
        this.hadoop = hadoop;
    }

    /**
     * @param files of the same tokens
     * @param hadoop the settings of the files' file systems
     */
    public static FileSource of(Configuration hadoop, Vectors... files) {
        HeadLayout first = files[0].layout;
        for (Vectors other : files) {
            if (first.sequences() != other.layout.sequences() || first.tokens() != other.layout.tokens()) {
                throw new IllegalArgumentException(
                        files[0].file + " and " + other.file + " are not of the same tokens");
            }
        }
        return new FileSource(List.of(files), List.of(), new SerializableConfiguration(hadoop));
    }

    /**
     * The same with the positions by which rotary embedding turns the rows.
     *
     * @param positions integers, {@code [sequences, tokens]}, or {@code [tokens]} for all sequences
     */
    public FileSource withPositions(ArrayFile positions) {
        return new FileSource(files, List.of(positions), hadoop);
    }

    @Override
    public Sequences sequences() {
        HeadLayout layout = files.get(0).layout;
        return Sequences.numbered(layout.sequences(), layout.tokens());
    }

    @Override
    public List<VectorColumn> columns() {
        return files.stream()
                .map(file -> new VectorColumn(file.name, file.layout.heads(), file.layout.width()))
                .toList();
    }

    @Override
    public boolean hasRotaryPositions() {
        return !rotaryPositions.isEmpty();
    }

    @Override
    public Reader open() throws IOException {
        List<TokenReader> readers = new ArrayList<>();
        for (Vectors vectors : files) {
            readers.add(new TokenReader(vectors.file, vectors.layout, hadoop.value()));
        }
        PositionReader positions =
                PositionReader.open(rotaryPositions.stream().findFirst(), files.get(0).layout, hadoop.value());
        return new FileReader(readers, positions);
    }

    private final class FileReader implements Reader {

        private final List<TokenReader> readers;
        private final PositionReader positions;

        FileReader(List<TokenReader> readers, PositionReader positions) {
            this.readers = readers;
            this.positions = positions;
        }

        @Override
        public TokenBlock read(int sequence, long first, int rows) throws IOException {
            float[][] columns = new float[readers.size()][];
            Optional<String> fault = Optional.empty();
            for (int c = 0; c < columns.length; c++) {
                columns[c] = readers.get(c).read(sequence, first, rows);
                if (fault.isEmpty()) {
                    fault = readers.get(c).firstNotFinite(columns[c], sequence, first);
                }
            }
            long[] rotary = hasRotaryPositions() ? positions.read(sequence, first, rows) : new long[0];
            return new TokenBlock(String.valueOf(sequence), first, rows, columns, rotary, fault.orElse(""));
        }

        @Override
        public void close() throws IOException {
            for (TokenReader reader : readers) {
                reader.close();
            }
            positions.close();
        }
    }
}
