package foco.jobs.bench;

import foco.kernels.dense.Activation;
import foco.kernels.dense.DenseKernel;
import foco.kernels.dense.LayerNorm;
import foco.kernels.dense.Linear;
import foco.kernels.dense.Norm;
import foco.kernels.dense.RmsNorm;
import foco.kernels.machine.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What surrounds attention: linear layers with and without activations, and norms. */
final class LayerWorks {

    private static final double EPSILON = 1e-5;

    /** Numbers that a norm does at a time, so that it is timed over a millisecond or so. */
    private static final int NORM_NUMBERS = 1 << 20;

    private final int rows;
    private final DenseKernel kernel = Kernels.dense();

    /** @param rows of a block of tokens */
    LayerWorks(int rows) {
        this.rows = rows;
    }

    /** Each shape plain and with each activation, gated too, and the norms of each width. */
    List<NamedWork> works(List<LayerShape> shapes, List<Activation> activations, boolean gated) {
        List<NamedWork> works = new ArrayList<>();
        Set<Integer> widths = new LinkedHashSet<>();
        for (LayerShape shape : shapes) {
            Linear plain = linear(shape, 1);
            widths.add(shape.inputs());
            for (Activation activation : activations) {
                String after = activation == Activation.NONE ? "" : " " + activation;
                works.add(linear(shape + after, plain.activated(activation)));
            }
            if (gated) {
                works.add(linear(shape + " gated silu", Linear.gated(plain, linear(shape, 2), Activation.SILU)));
            }
        }
        for (int width : widths) {
            float[] ones = new float[width];
            Arrays.fill(ones, 1);
            works.add(norm("layer norm " + width, new LayerNorm(ones, new float[width], EPSILON)));
            works.add(norm("RMS norm " + width, new RmsNorm(ones, EPSILON)));
        }
        return works;
    }

    private static Linear linear(LayerShape shape, long seed) {
        float[] weights = RandomRows.of(seed, Math.multiplyExact(shape.inputs(), shape.outputs()));
        return new Linear(shape.inputs(), shape.outputs(), weights, RandomRows.of(seed + 1, shape.outputs()));
    }

    private NamedWork linear(String name, Linear layer) {
        float[] x = RandomRows.of(3, Math.multiplyExact(rows, layer.inputs()));
        float[] y = new float[Math.multiplyExact(rows, layer.outputs())];
        return new NamedWork(name, NamedWork.FLOPS, () -> {
            kernel.linear(layer, x, 0, rows, y, 0);
            return layer.operationsPerRow() * rows;
        });
    }

    private NamedWork norm(String name, Norm norm) {
        int count = rows * norm.width();
        float[] x = RandomRows.of(4, count);
        float[] y = new float[count];
        int times = Math.max(1, NORM_NUMBERS / count);
        return new NamedWork(name, NamedWork.NUMBERS, () -> {
            for (int i = 0; i < times; i++) {
                kernel.normalize(norm, x, 0, rows, y, 0);
            }
            return (double) times * count;
        });
    }
}
