package foco.bench;

import ai.onnxruntime.OrtException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One attention of 8 heads by one implementation, in a JVM of its own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class AttentionBenchmark {
    @Param
    private Contender contender;

    /** The form of {@link Shape#name}. */
    @Param("8192x8192 d=64 dense")
    private String shape;

    /** The implementation's own; JMH calls from one. */
    @Param("1")
    private int threads;

    private Peer peer;

    @Setup(Level.Trial)
    public void setUp() throws OrtException {
        peer = contender.prepare(Tokens.random(Shape.named(shape), 1), threads);
    }

    @Benchmark
    public void attention() throws OrtException {
        peer.run();
    }

    @TearDown(Level.Trial)
    public void tearDown() throws OrtException {
        peer.close();
    }
}
