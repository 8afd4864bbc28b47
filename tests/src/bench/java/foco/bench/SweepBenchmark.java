package foco.bench;

import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The kernel's inner loop alone, one block of queries over one of keys: for JMH's gc profiler, as it must not allocate. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SweepBenchmark {
    /** The form of {@link Shape#name}; one head of it is swept. */
    @Param("768x768 d=64 dense")
    private String shape;

    private AttentionKernel kernel;
    private QueryBlock queries;
    private KeyValueBlock keys;
    private SoftmaxState state;

    @Setup
    public void setUp() {
        Shape swept = Shape.named(shape);
        Tokens tokens = Tokens.random(swept, 1);
        AttentionSpec spec = swept.spec();
        int width = swept.width();
        int stride = swept.rowWidth();
        kernel = Kernels.create(spec);
        queries = QueryBlock.pack(spec, 0, 0, swept.queries(), tokens.query(), 0, stride);
        keys = KeyValueBlock.pack(0, swept.keys(), tokens.key(), 0, stride, width, tokens.value(), 0, stride, width);
        state = SoftmaxState.of(spec, 0, swept.queries());
    }

    /** The state goes on from call to call, as over the blocks of a long sequence. */
    @Benchmark
    public SoftmaxState sweep() {
        kernel.attend(queries, keys, state);
        return state;
    }
}
