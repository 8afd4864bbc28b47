package foco.driver.file;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a file says of an array in it, whose numbers lie one after the other in C order.
 *
 * @param type the element type
 * @param shape the length of each dimension, slowest first (C order); empty for a single number
 * @param dataOffset bytes from the file's start to the first element
 */
@DefaultSerializer(JavaSerializer.class)
public record ArrayHeader(NumberType type, List<Long> shape, long dataOffset) implements Serializable {
    public ArrayHeader {
        shape = List.copyOf(shape);
    }

    /** The number of elements: the product of the shape. */
    public long elements() {
        if (shape.contains(0L)) {
            return 0;
        }
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** @throws ArithmeticException if they are more than a long can count, as those of no array that a format opens */
    public long dataBytes() {
        return Math.multiplyExact(elements(), type.bytes());
    }

    /** The shape as Python writes a tuple, such as {@code (20011, 128)}. */
    public String shapeText() {
        return shape.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(", shape.size() == 1 ? ",)" : ")"));
    }

    @Override
    public String toString() {
        return shapeText() + " " + type.numpyName();
    }
}
