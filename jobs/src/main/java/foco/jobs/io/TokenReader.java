package foco.jobs.io;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The vectors of consecutive tokens, their heads side by side whatever the file's layout. */
final class TokenReader implements Closeable {
    /**
     * A number that attention cannot be computed on.
     *
     * @param message one line that names it, its place in the file and the mend
     */
    @DefaultSerializer(JavaSerializer.class)
    record NotFinite(int sequence, long token, String message) implements Serializable {}

    private final NpyFile file;
    private final HeadLayout layout;
    private final NpyReader reader;

    TokenReader(NpyFile file, HeadLayout layout, Configuration hadoop) throws IOException {
        this.file = file;
        this.layout = layout;
        this.reader = file.reader(hadoop);
    }

    /**
     * Reads tokens {@code first} to {@code first + count - 1} of a sequence.
     *
     * @return {@code [count, heads*width]}; numbers beyond float32's range are infinite
     */
    float[][] read(int sequence, long first, int count) throws IOException {
        int width = layout.tokenWidth();
        float[][] tokens = new float[count][width];
        if (layout.form() == HeadLayout.Form.TOKENS) {
            float[] rows = new float[count * width];
            reader.read(layout.offset(sequence, 0, first), rows, 0, rows.length);
            for (int i = 0; i < count; i++) {
                System.arraycopy(rows, i * width, tokens[i], 0, width);
            }
        } else {
            readByHead(sequence, first, tokens);
        }
        return tokens;
    }

    private void readByHead(int sequence, long first, float[][] tokens) throws IOException {
        int width = layout.width();
        float[] rows = new float[tokens.length * width];
        for (int head = 0; head < layout.heads(); head++) {
            reader.read(layout.offset(sequence, head, first), rows, 0, rows.length);
            for (int i = 0; i < tokens.length; i++) {
                System.arraycopy(rows, i * width, tokens[i], head * width, width);
            }
        }
    }

    /** The first number of tokens {@code first} to {@code first + count - 1} that is NaN, infinite or beyond float32's range. */
    Optional<NotFinite> firstNotFinite(int sequence, long first, int count) throws IOException {
        float[][] tokens = read(sequence, first, count);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < tokens[i].length; j++) {
                if (!Float.isFinite(tokens[i][j])) {
                    return Optional.of(notFinite(sequence, first + i, j / layout.width(), j % layout.width()));
                }
            }
        }
        return Optional.empty();
    }

    private NotFinite notFinite(int sequence, long token, int head, int element) throws IOException {
        double value = reader.floating(layout.offset(sequence, head, token) + element);
        String place = layout.place(sequence, head, token, element);
        if (Double.isFinite(value)) {
            return new NotFinite(
                    sequence,
                    token,
                    "%s holds %s at %s, beyond float32's range of 3.4e38; scale the array down"
                            .formatted(file.name(), value, place));
        }
        String word = Double.isNaN(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
        return new NotFinite(
                sequence,
                token,
                "%s holds %s at %s; replace it by a finite number, or leave the row out"
                        .formatted(file.name(), word, place));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
