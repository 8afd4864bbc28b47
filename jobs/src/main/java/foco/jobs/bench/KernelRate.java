package foco.jobs.bench;

import java.util.OptionalDouble;

/**
 * What a kernel reached in a case, and what the machine can do.
 *
 * @param gflops of all threads together
 * @param peak of as many threads, measured in between
 * @param gflopsOfOne of one thread alone, where there are more
 * @param ofDense the share of what the same attention reaches plain and dense, measured in between, if it was
 */
public record KernelRate(
        KernelCase timed, int threads, double gflops, double peak, OptionalDouble gflopsOfOne, OptionalDouble ofDense) {

    public double ofPeak() {
        return gflops / peak;
    }

    /** How many times faster all threads are than one. */
    public OptionalDouble scaling() {
        return gflopsOfOne.isPresent() ? OptionalDouble.of(gflops / gflopsOfOne.getAsDouble()) : OptionalDouble.empty();
    }
}
