package foco.driver.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.block.InvalidInputException;
import foco.driver.plan.Counted;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How an array lays out one vector of {@code width} numbers for each sequence, token and head.
 *
 * @param form the order of the dimensions
 * @param sequences how many sequences (the batch); 1 unless the form is {@link Form#BATCH}
 * @param tokens the length of each sequence
 * @param heads how many heads
 * @param width numbers per head
 */
@DefaultSerializer(JavaSerializer.class)
public record HeadLayout(Form form, int sequences, long tokens, int heads, int width) implements Serializable {

    /** The three shapes of attention files. */
    public enum Form {
        TOKENS("[n, heads*d]"),
        HEADS("[heads, n, d]"),
        BATCH("[batch, heads, n, d]");

        private final String text;

        Form(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * The layout that a file's shape stands for.
     *
     * @param heads how many heads share the columns of {@code [n, heads*d]}; elsewhere the shape says it, and must agree
     * @param headsOption the option that gave {@code heads}, for messages
     * @throws InvalidInputException if the shape is none of the three forms, has an empty dimension, or clashes with {@code heads}
     */
    public static HeadLayout of(String name, List<Long> shape, OptionalInt heads, String headsOption) {
        int rank = shape.size();
        String text =
                "(" + String.join(", ", shape.stream().map(String::valueOf).toList()) + (rank == 1 ? ",)" : ")");
        if (rank < 2 || rank > 4) {
            throw new InvalidInputException(
                    "%s has shape %s; give an array of shape [n, heads*d], [heads, n, d] or [batch, heads, n, d]"
                            .formatted(name, text));
        }
        for (int i = 0; i < rank; i++) {
            // Tokens may be beyond an int; the other dimensions are counted in one.
            if (shape.get(i) < 1 || i != tokensDimension(rank) && shape.get(i) > Integer.MAX_VALUE) {
                throw new InvalidInputException(
                        "%s has shape %s; each dimension must be at least 1, and only that of the tokens more than %,d"
                                .formatted(name, text, Integer.MAX_VALUE));
            }
        }
        int columns = shape.get(rank - 1).intValue();
        if (rank == 2) {
            return tokens(name, shape.get(0), columns, heads.orElse(1), headsOption);
        }
        int held = shape.get(rank - 3).intValue();
        if (heads.isPresent() && heads.getAsInt() != held) {
            throw new InvalidInputException("%s %d, but %s has %s: shape %s is %s; drop %1$s or give %7$d"
                    .formatted(
                            headsOption,
                            heads.getAsInt(),
                            name,
                            Counted.text(held, "head"),
                            text,
                            rank == 3 ? Form.HEADS : Form.BATCH,
                            held));
        }
        return rank == 3
                ? new HeadLayout(Form.HEADS, 1, shape.get(1), held, columns)
                : new HeadLayout(Form.BATCH, shape.get(0).intValue(), shape.get(2), held, columns);
    }

    private static int tokensDimension(int rank) {
        return rank == 2 ? 0 : rank - 2;
    }

    private static HeadLayout tokens(String name, long tokens, int columns, int heads, String headsOption) {
        if (columns % heads != 0) {
            throw new InvalidInputException("%s %d does not divide the %s of %s; give a divisor of %5$d"
                    .formatted(headsOption, heads, Counted.text(columns, "column"), name, columns));
        }
        return new HeadLayout(Form.TOKENS, 1, tokens, heads, columns / heads);
    }

    /** The same form for vectors of another width, such as the output's. */
    public HeadLayout withWidth(int newWidth) {
        return new HeadLayout(form, sequences, tokens, heads, newWidth);
    }

    /** The same form for so many tokens. */
    public HeadLayout withTokens(long newTokens) {
        return new HeadLayout(form, sequences, newTokens, heads, width);
    }

    /** Numbers that one token has in all its heads. */
    public int tokenWidth() {
        return Math.multiplyExact(heads, width);
    }

    /** How many numbers the array holds. */
    public long elements() {
        return sequences * tokens * tokenWidth();
    }

    /** Index of the first number of a head's vector; the rest of the vector follows it. */
    public long offset(int sequence, int head, long token) {
        return switch (form) {
            case TOKENS -> (token * heads + head) * width;
            case HEADS, BATCH -> (((long) sequence * heads + head) * tokens + token) * width;
        };
    }

    /** The array's shape. */
    public List<Long> shape() {
        return switch (form) {
            case TOKENS -> List.of(tokens, (long) tokenWidth());
            case HEADS -> List.of((long) heads, tokens, (long) width);
            case BATCH -> List.of((long) sequences, (long) heads, tokens, (long) width);
        };
    }

    /** The shape of one number for each sequence, token and head: {@code [n, heads]}, {@code [heads, n]}, {@code [batch, heads, n]}. */
    public List<Long> scalarShape() {
        List<Long> shape = new ArrayList<>(withWidth(1).shape());
        return form == Form.TOKENS ? shape : shape.subList(0, shape.size() - 1);
    }

    /** Where a number stands, in the words of the file's own dimensions. */
    String place(int sequence, int head, long token, int element) {
        return switch (form) {
            case TOKENS -> "row %d, column %d".formatted(token, (long) head * width + element);
            case HEADS -> "head %d, row %d, column %d".formatted(head, token, element);
            case BATCH -> "batch %d, head %d, row %d, column %d".formatted(sequence, head, token, element);
        };
    }
}
