package foco.kernels.vector;

import static foco.kernels.vector.Lanes.SPECIES;
import static foco.kernels.vector.Lanes.TYPE;

import foco.kernels.tile.Panels;
import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/**
 * The one matrix product that attention stands on, {@code C = A B} with {@code A} transposed and {@code B} both in
 * {@link Panels}: {@code S^T = K Q^T} and {@code P V} alike.
 *
 * <p>A micro-kernel holds a few rows of {@code C}, two vectors wide, in registers while it runs down the depth: the more
 * rows, the fewer loads beside each multiply-add, and the more chains of multiply-adds that hide their latency. With 16
 * registers that is five or six rows, with 32 eight. They only store: to load {@code C} and add to it in the same method
 * is enough to make the compiler spill one of six rows in the loop, at half the speed.
 *
 * <p>Every sum starts from zero. So a long one, added up of products, is one of blocks, which keeps the rounding error of
 * a float32 sum over a million keys near that over one block; and an element is the same chain of the same operations
 * whatever the vector width and whatever stands beside it.
 *
 * <p>No method here takes or returns a vector. If the compiler does not inline such a method, every vector that crosses it
 * becomes an object, for the life of the JVM.
 */
final class TileProduct {

    private static final int LANES = Lanes.COUNT;
    private static final int PANEL = Panels.WIDTH;

    private TileProduct() {}

    /**
     * The product of one panel of {@code A^T} with two vectors of columns of {@code B}, up to 16 rows of {@code C}.
     *
     * @param rows how many rows of {@code C} to write; what becomes of the panel's others is not said
     * @param depth an odd one is rounded up: then row {@code depth} of {@code B} is zero, and {@code A} finite there
     * @param a0 where element {@code (k = 0, row 0)} of the panel stands; {@code (k, i)} at {@code a0 + 16 k + i}
     * @param b0 where the first vector of row 0 of {@code B} stands; that of row {@code k} at {@code b0 + 16 k}
     * @param b1 the same of the second vector; on vectors narrower than a panel it follows the first
     * @param c0 where the first vector of row 0 of {@code C} stands; that of row {@code i} at {@code c0 + i cStride}
     * @param c1 the same of the second vector
     */
    static void panelByTwo(
            int rows, int depth, float[] a, int a0, float[] b, int b0, int b1, float[] c, int c0, int c1, int cStride) {
        if (Lanes.EIGHT_ROWS) {
            for (int i = 0; i < rows; i += 8) {
                eightByTwo(depth, a, a0 + i, b, b0, b1, c, c0 + i * cStride, c1 + i * cStride, cStride);
            }
            return;
        }
        fiveByTwo(depth, a, a0, b, b0, c, c0, cStride);
        if (rows > 5) {
            fiveByTwo(depth, a, a0 + 5, b, b0, c, c0 + 5 * cStride, cStride);
        }
        if (rows > 10) {
            sixByTwo(depth, a, a0 + 10, b, b0, c, c0 + 10 * cStride, cStride);
        }
    }

    /** As {@link #panelByTwo} with one vector of columns, for an odd last one. */
    static void panelByOne(int rows, int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cStride) {
        for (int i = 0; i < rows; i += 8) {
            eightByOne(depth, a, a0 + i, b, b0, c, c0 + i * cStride, cStride);
        }
    }

    /** Adds rows of {@code width} elements, one after the other in {@code part}, to those of {@code C}. */
    static void add(int rows, float[] part, int width, float[] c, int c0, int cStride) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j += LANES) {
                int at = c0 + i * cStride + j;
                TYPE.cast(FloatVector.fromArray(SPECIES, c, at)
                                .add(FloatVector.fromArray(SPECIES, part, i * width + j)))
                        .intoArray(c, at);
            }
        }
    }

    /**
     * Five rows of {@code C} on 16 registers, where the two vectors of a row are neighbours in one panel. What bounds it
     * is not the multiply-adds but all that must issue beside them, the more so on a core that another thread shares: so
     * a turn is two steps deep and counts in the index of {@code A}, and the second vector is found from the first. The
     * fences are no instructions on x86; they keep the compiler from loading a step's operands all at once, which spills.
     */
    private static void fiveByTwo(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cStride) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero;
        FloatVector s01 = zero;
        FloatVector s10 = zero;
        FloatVector s11 = zero;
        FloatVector s20 = zero;
        FloatVector s21 = zero;
        FloatVector s30 = zero;
        FloatVector s31 = zero;
        FloatVector s40 = zero;
        FloatVector s41 = zero;
        int toB = b0 - a0;
        int end = a0 + Panels.even(depth) * PANEL;
        for (int k = a0; k < end; k += 2 * PANEL) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, b, toB + k);
            FloatVector v1 = FloatVector.fromArray(SPECIES, b, toB + k + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            VarHandle.loadLoadFence();
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[k + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            VarHandle.loadLoadFence();
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[k + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            VarHandle.loadLoadFence();
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[k + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
            VarHandle.loadLoadFence();
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[k + 4]);
            s40 = x4.fma(v0, s40);
            s41 = x4.fma(v1, s41);
            VarHandle.loadLoadFence();
            FloatVector w0 = FloatVector.fromArray(SPECIES, b, toB + k + PANEL);
            FloatVector w1 = FloatVector.fromArray(SPECIES, b, toB + k + PANEL + LANES);
            FloatVector y0 = FloatVector.broadcast(SPECIES, a[k + PANEL]);
            s00 = y0.fma(w0, s00);
            s01 = y0.fma(w1, s01);
            VarHandle.loadLoadFence();
            FloatVector y1 = FloatVector.broadcast(SPECIES, a[k + PANEL + 1]);
            s10 = y1.fma(w0, s10);
            s11 = y1.fma(w1, s11);
            VarHandle.loadLoadFence();
            FloatVector y2 = FloatVector.broadcast(SPECIES, a[k + PANEL + 2]);
            s20 = y2.fma(w0, s20);
            s21 = y2.fma(w1, s21);
            VarHandle.loadLoadFence();
            FloatVector y3 = FloatVector.broadcast(SPECIES, a[k + PANEL + 3]);
            s30 = y3.fma(w0, s30);
            s31 = y3.fma(w1, s31);
            VarHandle.loadLoadFence();
            FloatVector y4 = FloatVector.broadcast(SPECIES, a[k + PANEL + 4]);
            s40 = y4.fma(w0, s40);
            s41 = y4.fma(w1, s41);
        }
        TYPE.cast(s00).intoArray(c, c0);
        TYPE.cast(s01).intoArray(c, c0 + LANES);
        TYPE.cast(s10).intoArray(c, c0 + cStride);
        TYPE.cast(s11).intoArray(c, c0 + cStride + LANES);
        TYPE.cast(s20).intoArray(c, c0 + 2 * cStride);
        TYPE.cast(s21).intoArray(c, c0 + 2 * cStride + LANES);
        TYPE.cast(s30).intoArray(c, c0 + 3 * cStride);
        TYPE.cast(s31).intoArray(c, c0 + 3 * cStride + LANES);
        TYPE.cast(s40).intoArray(c, c0 + 4 * cStride);
        TYPE.cast(s41).intoArray(c, c0 + 4 * cStride + LANES);
    }

    /** As {@link #fiveByTwo} with six rows: all 16 registers, so that a turn of two steps would spill. */
    private static void sixByTwo(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cStride) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero;
        FloatVector s01 = zero;
        FloatVector s10 = zero;
        FloatVector s11 = zero;
        FloatVector s20 = zero;
        FloatVector s21 = zero;
        FloatVector s30 = zero;
        FloatVector s31 = zero;
        FloatVector s40 = zero;
        FloatVector s41 = zero;
        FloatVector s50 = zero;
        FloatVector s51 = zero;
        int toB = b0 - a0;
        int end = a0 + Panels.even(depth) * PANEL;
        for (int k = a0; k < end; k += PANEL) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, b, toB + k);
            FloatVector v1 = FloatVector.fromArray(SPECIES, b, toB + k + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            VarHandle.loadLoadFence();
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[k + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            VarHandle.loadLoadFence();
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[k + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            VarHandle.loadLoadFence();
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[k + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
            VarHandle.loadLoadFence();
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[k + 4]);
            s40 = x4.fma(v0, s40);
            s41 = x4.fma(v1, s41);
            VarHandle.loadLoadFence();
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[k + 5]);
            s50 = x5.fma(v0, s50);
            s51 = x5.fma(v1, s51);
        }
        TYPE.cast(s00).intoArray(c, c0);
        TYPE.cast(s01).intoArray(c, c0 + LANES);
        TYPE.cast(s10).intoArray(c, c0 + cStride);
        TYPE.cast(s11).intoArray(c, c0 + cStride + LANES);
        TYPE.cast(s20).intoArray(c, c0 + 2 * cStride);
        TYPE.cast(s21).intoArray(c, c0 + 2 * cStride + LANES);
        TYPE.cast(s30).intoArray(c, c0 + 3 * cStride);
        TYPE.cast(s31).intoArray(c, c0 + 3 * cStride + LANES);
        TYPE.cast(s40).intoArray(c, c0 + 4 * cStride);
        TYPE.cast(s41).intoArray(c, c0 + 4 * cStride + LANES);
        TYPE.cast(s50).intoArray(c, c0 + 5 * cStride);
        TYPE.cast(s51).intoArray(c, c0 + 5 * cStride + LANES);
    }

    private static void eightByTwo(
            int depth, float[] a, int a0, float[] b, int b0, int b1, float[] c, int c0, int c1, int cStride) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero;
        FloatVector s01 = zero;
        FloatVector s10 = zero;
        FloatVector s11 = zero;
        FloatVector s20 = zero;
        FloatVector s21 = zero;
        FloatVector s30 = zero;
        FloatVector s31 = zero;
        FloatVector s40 = zero;
        FloatVector s41 = zero;
        FloatVector s50 = zero;
        FloatVector s51 = zero;
        FloatVector s60 = zero;
        FloatVector s61 = zero;
        FloatVector s70 = zero;
        FloatVector s71 = zero;
        int toB0 = b0 - a0;
        int toB1 = b1 - a0;
        int end = a0 + Panels.even(depth) * PANEL;
        for (int k = a0; k < end; k += PANEL) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, b, toB0 + k);
            FloatVector v1 = FloatVector.fromArray(SPECIES, b, toB1 + k);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[k + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[k + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[k + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[k + 4]);
            s40 = x4.fma(v0, s40);
            s41 = x4.fma(v1, s41);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[k + 5]);
            s50 = x5.fma(v0, s50);
            s51 = x5.fma(v1, s51);
            FloatVector x6 = FloatVector.broadcast(SPECIES, a[k + 6]);
            s60 = x6.fma(v0, s60);
            s61 = x6.fma(v1, s61);
            FloatVector x7 = FloatVector.broadcast(SPECIES, a[k + 7]);
            s70 = x7.fma(v0, s70);
            s71 = x7.fma(v1, s71);
        }
        TYPE.cast(s00).intoArray(c, c0);
        TYPE.cast(s01).intoArray(c, c1);
        TYPE.cast(s10).intoArray(c, c0 + cStride);
        TYPE.cast(s11).intoArray(c, c1 + cStride);
        TYPE.cast(s20).intoArray(c, c0 + 2 * cStride);
        TYPE.cast(s21).intoArray(c, c1 + 2 * cStride);
        TYPE.cast(s30).intoArray(c, c0 + 3 * cStride);
        TYPE.cast(s31).intoArray(c, c1 + 3 * cStride);
        TYPE.cast(s40).intoArray(c, c0 + 4 * cStride);
        TYPE.cast(s41).intoArray(c, c1 + 4 * cStride);
        TYPE.cast(s50).intoArray(c, c0 + 5 * cStride);
        TYPE.cast(s51).intoArray(c, c1 + 5 * cStride);
        TYPE.cast(s60).intoArray(c, c0 + 6 * cStride);
        TYPE.cast(s61).intoArray(c, c1 + 6 * cStride);
        TYPE.cast(s70).intoArray(c, c0 + 7 * cStride);
        TYPE.cast(s71).intoArray(c, c1 + 7 * cStride);
    }

    private static void eightByOne(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cStride) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero;
        FloatVector s10 = zero;
        FloatVector s20 = zero;
        FloatVector s30 = zero;
        FloatVector s40 = zero;
        FloatVector s50 = zero;
        FloatVector s60 = zero;
        FloatVector s70 = zero;
        int toB = b0 - a0;
        int end = a0 + Panels.even(depth) * PANEL;
        for (int k = a0; k < end; k += PANEL) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, b, toB + k);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x0.fma(v0, s00);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[k + 1]);
            s10 = x1.fma(v0, s10);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[k + 2]);
            s20 = x2.fma(v0, s20);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[k + 3]);
            s30 = x3.fma(v0, s30);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[k + 4]);
            s40 = x4.fma(v0, s40);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[k + 5]);
            s50 = x5.fma(v0, s50);
            FloatVector x6 = FloatVector.broadcast(SPECIES, a[k + 6]);
            s60 = x6.fma(v0, s60);
            FloatVector x7 = FloatVector.broadcast(SPECIES, a[k + 7]);
            s70 = x7.fma(v0, s70);
        }
        TYPE.cast(s00).intoArray(c, c0);
        TYPE.cast(s10).intoArray(c, c0 + cStride);
        TYPE.cast(s20).intoArray(c, c0 + 2 * cStride);
        TYPE.cast(s30).intoArray(c, c0 + 3 * cStride);
        TYPE.cast(s40).intoArray(c, c0 + 4 * cStride);
        TYPE.cast(s50).intoArray(c, c0 + 5 * cStride);
        TYPE.cast(s60).intoArray(c, c0 + 6 * cStride);
        TYPE.cast(s70).intoArray(c, c0 + 7 * cStride);
    }
}
