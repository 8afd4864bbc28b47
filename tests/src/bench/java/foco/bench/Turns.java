package foco.bench;

import foco.jobs.bench.Calls;
import foco.jobs.bench.Median;
import foco.jobs.bench.ThreadTeam;
import foco.jobs.bench.Work;
import foco.kernels.machine.Peak;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Times contenders by turns: each makes its calls in a JVM of its own, with nobody beside it, and then it is the next
 * one's turn. A machine whose clock drifts or whose neighbours come and go so leaves their ratios alone.
 */
final class Turns implements AutoCloseable {
    /** Calls of a turn: enough to warm up and to measure, if the first two alone are slow. */
    private static final int CALLS = 6;

    private static final double PEAK_SECONDS = 0.2;
    private static final int PEAK_TURNS = 10_000;

    private final int rounds;
    private final int threads;
    private final ThreadTeam team;
    private final List<Work> peak;

    /**
     * @param rounds the turns of each contender
     * @param threads the threads that a contender computes on
     */
    Turns(int rounds, int threads) {
        this.rounds = rounds;
        this.threads = threads;
        this.team = new ThreadTeam(threads);
        this.peak = Collections.nCopies(threads, () -> Peak.run(PEAK_TURNS));
        for (int i = 0; i < 10; i++) {
            peak(); // the compiler's share
        }
    }

    /**
     * Times those given at a shape. All take the first turn; the later ones are for the fastest of ONNX Runtime's
     * operators and for all others.
     *
     * @param seconds how long a call goes on; calls that take less are made again and again so long, and their mean counts
     *     as one
     */
    Measured time(Shape shape, List<Contender> contenders, double seconds) throws RunnerException {
        System.err.println("bench: " + shape.name());
        Map<Contender, List<Calls>> turns = new EnumMap<>(Contender.class);
        List<Double> peaks = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : contenders) {
                boolean left = round > 0
                        && contender.isOnnxRuntime()
                        && contender != new Measured(shape, turns, 0).onnxRuntime();
                if (!left) {
                    peaks.add(peak());
                    turns.computeIfAbsent(contender, c -> new ArrayList<>()).add(calls(shape, contender, seconds));
                }
            }
        }
        return new Measured(shape, turns, Median.of(peaks));
    }

    /** One turn; a second one of twice the calls if the times of the first do not settle. */
    private Calls calls(Shape shape, Contender contender, double seconds) throws RunnerException {
        Calls calls = calls(shape, contender, seconds, CALLS);
        if (!calls.steady()) {
            System.err.printf("bench: %s, not steady: %s; once more%n", contender.label(), calls);
            calls = calls(shape, contender, seconds, 2 * CALLS);
        }
        System.err.printf("bench: %s: %s%n", contender.label(), calls);
        return calls;
    }

    private Calls calls(Shape shape, Contender contender, double seconds, int count) throws RunnerException {
        ChainedOptionsBuilder options = options(AttentionBenchmark.class, "attention", shape)
                .param("contender", contender.name())
                .param("threads", Integer.toString(threads))
                .warmupIterations(0) // warming up is judged by the times, so that all calls are looked at
                .measurementIterations(count)
                .measurementTime(TimeValue.milliseconds((long) (1000 * seconds)));
        return new Calls(result(options).getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .map(call -> call.getPrimaryResult().getScore())
                .toList());
    }

    /** The machine's peak in this JVM, which has nothing else to do. */
    private double peak() {
        return team.gflops(peak, PEAK_SECONDS);
    }

    /** Bytes that one call of {@link SweepBenchmark} allocates, as JMH's gc profiler counts them. */
    static double allocated(Shape shape) throws RunnerException {
        ChainedOptionsBuilder options = options(SweepBenchmark.class, "sweep", shape)
                .addProfiler(GCProfiler.class)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(2)
                .measurementTime(TimeValue.seconds(1));
        return result(options).getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getScore();
    }

    private static ChainedOptionsBuilder options(Class<?> benchmark, String method, Shape shape) {
        return new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
                .param("shape", shape.name())
                .forks(1)
                .threads(1)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    private static RunResult result(ChainedOptionsBuilder options) throws RunnerException {
        Collection<RunResult> results = new Runner(options.build()).run();
        if (results.size() != 1) {
            throw new IllegalStateException("JMH ran %d benchmarks in place of one.".formatted(results.size()));
        }
        return results.iterator().next();
    }

    @Override
    public void close() {
        team.close();
    }
}
