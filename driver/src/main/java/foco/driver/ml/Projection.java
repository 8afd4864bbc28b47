package foco.driver.ml;

import breeze.linalg.DenseMatrix;
import foco.driver.block.InvalidInputException;
import foco.driver.file.ArrayFile;
import foco.driver.file.ArrayReader;
import foco.kernels.dense.Linear;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;

/**
 * A learned matrix with its bias, {@code y = x W + b}.
 *
 * @param inputs the rows of {@code W}
 * @param outputs the columns of {@code W}
 * @param weights {@code W}, {@code [inputs, outputs]} row-major; not to be written
 * @param bias {@code b}, {@code outputs} numbers; not to be written
 */
public record Projection(int inputs, int outputs, float[] weights, float[] bias) implements Serializable {

    /** @throws IllegalArgumentException if the lengths do not fit the widths, or a number is not finite */
    public Projection {
        if (inputs < 1 || outputs < 1 || weights.length != (long) inputs * outputs || bias.length != outputs) {
            throw new IllegalArgumentException(
                    "A projection from %d to %d takes %d weights and %d biases, and was given %d and %d."
                            .formatted(inputs, outputs, (long) inputs * outputs, outputs, weights.length, bias.length));
        }
        requireFinite(weights, "weight");
        requireFinite(bias, "bias");
    }

    private static void requireFinite(float[] numbers, String what) {
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new IllegalArgumentException(
                        "The %s at index %d is %s; float32 needs finite numbers.".formatted(what, i, numbers[i]));
            }
        }
    }

    /** @param weights {@code W}, {@code [inputs, outputs]}; numbers are rounded to float32 */
    public static Projection of(Matrix weights) {
        double[] columnMajor = weights.toArray();
        float[] byColumn = new float[columnMajor.length];
        for (int i = 0; i < byColumn.length; i++) {
            byColumn[i] = (float) columnMajor[i];
        }
        int rows = weights.numRows();
        int columns = weights.numCols();
        return new Projection(rows, columns, transposed(columns, rows, byColumn), new float[columns]);
    }

    /**
     * {@link #of(Matrix)} of a matrix of Breeze, of floats or doubles. One of floats that lies row by row ({@code isTranspose}
     * in Breeze's words) is shared and not copied.
     */
    public static Projection of(DenseMatrix<Object> weights) {
        int rows = weights.rows();
        int columns = weights.cols();
        if (weights.data() instanceof float[] shared
                && weights.isTranspose()
                && weights.offset() == 0
                && weights.majorStride() == columns
                && shared.length == rows * columns) {
            return new Projection(rows, columns, shared, new float[columns]);
        }
        float[] copy = new float[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                copy[i * columns + j] = ((Number) weights.apply(i, j)).floatValue();
            }
        }
        return new Projection(rows, columns, copy, new float[columns]);
    }

    /** {@code W} as a matrix of Breeze that shares its numbers. */
    public DenseMatrix<Object> toBreeze() {
        return new DenseMatrix<>(inputs, outputs, weights, 0, outputs, true);
    }

    /** {@code W} as a matrix of MLlib, whose numbers are doubles. */
    public Matrix toMatrix() {
        double[] values = new double[weights.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights[i];
        }
        return new org.apache.spark.ml.linalg.DenseMatrix(inputs, outputs, values, true);
    }

    /** {@link #of(Matrix)} of a matrix of the older MLlib. */
    public static Projection of(org.apache.spark.mllib.linalg.Matrix weights) {
        return of(weights.asML());
    }

    /** {@link #of(Matrix)} with a bias. */
    public static Projection of(Matrix weights, Vector bias) {
        return of(weights).withBias(bias);
    }

    public Projection withBias(Vector numbers) {
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers.apply(i);
        }
        return new Projection(inputs, outputs, weights, floats);
    }

    /**
     * Reads {@code W} from a file.
     *
     * @param name an .npy file or {@code FILE.safetensors:TENSOR}, {@code [inputs, outputs]}; or {@code [outputs, inputs]}, as
     *     PyTorch has it
     * @param isTransposed whether it is the latter
     * @throws InvalidInputException if there is no such array of floats in two dimensions
     */
    public static Projection read(String name, boolean isTransposed, Configuration hadoop) throws IOException {
        ArrayFile file = ArrayFile.open(name, hadoop);
        List<Long> shape = file.header().shape();
        if (shape.size() != 2 || !file.header().type().isFloat()) {
            throw new InvalidInputException(
                    "%s is no matrix of floats; give one of shape [inputs, outputs]".formatted(file));
        }
        float[] read = floats(file, hadoop);
        int rows = shape.get(0).intValue();
        int columns = shape.get(1).intValue();
        return isTransposed
                ? new Projection(columns, rows, transposed(rows, columns, read), new float[rows])
                : new Projection(rows, columns, read, new float[columns]);
    }

    /** The same with a bias from a file, {@code [outputs]}. */
    public Projection withBias(String name, Configuration hadoop) throws IOException {
        ArrayFile file = ArrayFile.open(name, hadoop);
        if (file.header().shape().size() != 1 || !file.header().type().isFloat()) {
            throw new InvalidInputException(
                    "%s is no vector of floats; give one of %d numbers".formatted(file, outputs));
        }
        return new Projection(inputs, outputs, weights, floats(file, hadoop));
    }

    private static float[] floats(ArrayFile file, Configuration hadoop) throws IOException {
        float[] values = new float[Math.toIntExact(file.header().elements())];
        try (ArrayReader reader = file.reader(hadoop)) {
            reader.read(0, values, 0, values.length);
        }
        return values;
    }

    private static float[] transposed(int rows, int columns, float[] values) {
        float[] all = new float[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                all[j * rows + i] = values[i * columns + j];
            }
        }
        return all;
    }

    Linear linear() {
        return new Linear(inputs, outputs, weights, bias);
    }
}
