package foco.jobs.bench;

import foco.kernels.machine.Peak;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Times cases in slices, and between the slices the machine's peak: clocks that change as a machine warms up or serves
 * others change both, and leave their ratio alone. Each rate is the median of its slices.
 */
public final class KernelTimer implements AutoCloseable {
    /** Slices of the kernel in a case, each with one of the peak before it, as long: interruptions must hit both alike. */
    private static final int SLICES = 8;

    /** Code is warm when it has not become faster, by more than chance, over this share of a case's time. */
    private static final double STEADY_SHARE = 0.3;

    /** The same for code that the compiler has yet to see. */
    private static final double FIRST_STEADY_SHARE = 1;

    private static final double CHANCE = 1.05;

    /** Where it never is: seconds after which it is timed all the same. */
    private static final double LONGEST_WARM_UP = 10;

    private static final int PEAK_TURNS = 10_000;

    private final int threads;
    private final double seconds;
    private final ThreadTeam team;
    private final List<Work> peak;
    private final Set<KernelCase> plainDense = new HashSet<>();
    private boolean compiled;

    /** @param seconds to spend on a case, besides making its input and warming up */
    public KernelTimer(int threads, double seconds) {
        this.threads = threads;
        this.seconds = seconds;
        this.team = new ThreadTeam(threads);
        this.peak = Collections.nCopies(threads, () -> Peak.run(PEAK_TURNS));
    }

    /**
     * Times a case, and in between the plain dense one that it is like, if that was timed before. Takes {@code seconds}
     * and about half as much more, longer where one block of queries takes longer.
     */
    public KernelRate time(KernelCase timed) {
        List<KernelWork> works = works(timed);
        KernelCase like = timed.plainDense();
        List<KernelWork> dense = plainDense.contains(like) ? works(like) : List.of();
        if (timed.equals(like)) {
            plainDense.add(like);
        }
        if (!compiled) {
            warmUp(peak, seconds * FIRST_STEADY_SHARE);
        }
        warmUp(works, seconds * (compiled ? STEADY_SHARE : FIRST_STEADY_SHARE));
        compiled = true;
        List<Double> all = new ArrayList<>();
        List<Double> one = new ArrayList<>();
        List<Double> peaks = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        double slice = seconds / SLICES / (2 + (threads > 1 ? 1 : 0) + (dense.isEmpty() ? 0 : 1));
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            peaks.add(team.gflops(peak, slice));
            all.add(team.gflops(works, slice));
            if (!dense.isEmpty()) {
                shares.add(all.get(all.size() - 1) / team.gflops(dense, slice));
            }
            if (threads > 1) {
                one.add(team.gflops(works.subList(0, 1), slice));
            }
        } while (System.nanoTime() < end);
        peaks.add(team.gflops(peak, slice));
        return new KernelRate(
                timed,
                threads,
                Median.of(all),
                Median.of(peaks),
                threads > 1 ? OptionalDouble.of(Median.of(one)) : OptionalDouble.empty(),
                timed.equals(like)
                        ? OptionalDouble.of(1)
                        : dense.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Median.of(shares)));
    }

    private List<KernelWork> works(KernelCase timed) {
        KernelInput input = new KernelInput(timed);
        return IntStream.range(0, threads)
                .mapToObj(t -> new KernelWork(input, t, threads))
                .toList();
    }

    private void warmUp(List<? extends Work> works, double steady) {
        long start = System.nanoTime();
        long fastestAt = start;
        double fastest = 0;
        long now = start;
        while (now - fastestAt < steady * 1e9 && now - start < LONGEST_WARM_UP * 1e9) {
            double gflops = team.gflops(works, steady / SLICES);
            now = System.nanoTime();
            if (gflops > CHANCE * fastest) {
                fastest = gflops;
                fastestAt = now;
            }
        }
    }

    @Override
    public void close() {
        team.close();
    }
}
