package foco.driver.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The vectors of consecutive tokens, their heads side by side whatever the file's layout. */
final class TokenReader implements Closeable {
    private final ArrayFile file;
    private final HeadLayout layout;
    private final ArrayReader reader;

    TokenReader(ArrayFile file, HeadLayout layout, Configuration hadoop) throws IOException {
        this.file = file;
        this.layout = layout;
        this.reader = file.reader(hadoop);
    }

    /**
     * Reads tokens {@code first} to {@code first + count - 1} of a sequence.
     *
     * @return {@code [count, heads*width]} row-major; numbers beyond float32's range are infinite
     */
    float[] read(int sequence, long first, int count) throws IOException {
        float[] tokens = new float[Math.multiplyExact(count, layout.tokenWidth())];
        if (layout.form() == HeadLayout.Form.TOKENS || layout.heads() == 1) {
            reader.read(layout.offset(sequence, 0, first), tokens, 0, tokens.length);
        } else {
            readByHead(sequence, first, count, tokens);
        }
        return tokens;
    }

    private void readByHead(int sequence, long first, int count, float[] tokens) throws IOException {
        int width = layout.width();
        float[] rows = new float[count * width];
        for (int head = 0; head < layout.heads(); head++) {
            reader.read(layout.offset(sequence, head, first), rows, 0, rows.length);
            for (int i = 0; i < count; i++) {
                System.arraycopy(rows, i * width, tokens, i * layout.tokenWidth() + head * width, width);
            }
        }
    }

    /**
     * What is wrong with the first number that is NaN, infinite or beyond float32's range: one line that names it, its
     * place in the file and the mend.
     *
     * @param tokens as {@link #read} gave them, from token {@code first} on
     */
    Optional<String> firstNotFinite(float[] tokens, int sequence, long first) throws IOException {
        if (isFinite(tokens)) {
            return Optional.empty();
        }
        int at = 0;
        while (Float.isFinite(tokens[at])) {
            at++;
        }
        int column = at % layout.tokenWidth();
        return Optional.of(notFinite(
                sequence, first + at / layout.tokenWidth(), column / layout.width(), column % layout.width()));
    }

    /** Of all numbers by one maximum of their bits, which vectors compute. */
    private static boolean isFinite(float[] values) {
        int most = 0;
        for (float value : values) {
            most = Math.max(most, Float.floatToRawIntBits(value) & 0x7fffffff);
        }
        return most < 0x7f800000;
    }

    private String notFinite(int sequence, long token, int head, int element) throws IOException {
        double value = reader.floating(layout.offset(sequence, head, token) + element);
        String place = layout.place(sequence, head, token, element);
        if (Double.isFinite(value)) {
            return "%s holds %s at %s, beyond float32's range of 3.4e38; scale the array down"
                    .formatted(file.name(), value, place);
        }
        String word = Double.isNaN(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
        return "%s holds %s at %s; replace it by a finite number, or leave the row out"
                .formatted(file.name(), word, place);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
