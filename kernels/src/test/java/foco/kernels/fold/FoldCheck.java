package foco.kernels.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;

import foco.kernels.AttentionSpec;
import foco.kernels.breeze.BreezeFolds;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.FoldKernel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A statistic of random weights through a kernel, in unlike cuts. */
final class FoldCheck {

    /** Of a mass of 1; of larger sums relative. */
    static final double TOLERANCE = 1e-5;

    static final List<Weights> WEIGHTS = Weights.all(5);

    static List<Function<AttentionSpec, FoldKernel>> kernels() {
        return List.of(Kernels::folds, BreezeFolds::new);
    }

    private FoldCheck() {}

    /** In one block, in odd ones, and in parts that are merged. */
    static <R extends FoldResult<R>> void of(
            Function<AttentionSpec, FoldKernel> kernel, Fold<R> fold, Weights weights, Consumer<R> expectations) {
        expectations.accept(weights.fold(kernel, fold, 1000, 2000));
        expectations.accept(weights.fold(kernel, fold, 37, 300));
        R parts = weights.fold(kernel, fold, 64, 70, 140);
        expectations.accept(parts);
        expectations.accept(copy(parts));
    }

    @SuppressWarnings("unchecked")
    private static <R> R copy(R written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new ObjectOutputStream(bytes).writeObject(written);
            return (R) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void assertNear(double expected, double actual, String what) {
        assertEquals(expected, actual, TOLERANCE * Math.max(1, Math.abs(expected)), what);
    }
}
