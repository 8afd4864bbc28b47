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

/** One attention of 8 heads by each implementation, in a JVM of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AttentionBenchmark {
    /** The form of {@link Shape#name}. */
    @Param("8192x8192 d=64 dense")
    private String shape;

    /** A peer that JMH sets up before it calls its method. */
    public abstract static class Prepared {
        private Peer peer;

        abstract Peer prepare(Tokens tokens) throws OrtException;

        @Setup(Level.Trial)
        public void setUp(AttentionBenchmark benchmark) throws OrtException {
            peer = prepare(Tokens.random(Shape.named(benchmark.shape), 1));
        }

        @TearDown(Level.Trial)
        public void tearDown() throws OrtException {
            peer.close();
        }

        void run() throws OrtException {
            peer.run();
        }
    }

    /** Foco, from rows to rows. */
    @State(Scope.Thread)
    public static class Foco extends Prepared {
        @Override
        Peer prepare(Tokens tokens) {
            return new FocoPeer(tokens, false);
        }
    }

    /** Foco on keys and values that are packed already, as every task but the first finds them. */
    @State(Scope.Thread)
    public static class FocoPacked extends Prepared {
        @Override
        Peer prepare(Tokens tokens) {
            return new FocoPeer(tokens, true);
        }
    }

    @State(Scope.Thread)
    public static class OnnxRuntime extends Prepared {
        @Override
        Peer prepare(Tokens tokens) throws OrtException {
            return new OnnxRuntimePeer(tokens);
        }
    }

    @State(Scope.Thread)
    public static class Libtorch extends Prepared {
        @Override
        Peer prepare(Tokens tokens) {
            return new LibtorchPeer(tokens);
        }
    }

    @Benchmark
    public void foco(Foco foco) throws OrtException {
        foco.run();
    }

    @Benchmark
    public void focoPacked(FocoPacked foco) throws OrtException {
        foco.run();
    }

    @Benchmark
    public void onnxRuntime(OnnxRuntime onnxRuntime) throws OrtException {
        onnxRuntime.run();
    }

    @Benchmark
    public void libtorch(Libtorch libtorch) throws OrtException {
        libtorch.run();
    }
}
