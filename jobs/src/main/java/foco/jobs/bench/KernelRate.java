package foco.jobs.bench;

import java.util.OptionalDouble;

/**
 * What a kernel reached in a case, and what the machine can do.
 *
 * @param gflops of all threads together
 * @param peak of as many threads, measured in between
 * @param gflopsOfOne of one thread alone, where there are more
 */
public record KernelRate(KernelCase timed, int threads, double gflops, double peak, OptionalDouble gflopsOfOne) {

    public double ofPeak() {
        return gflops / peak;
    }

    /** Its share of the rate of another case, each as a share of the peak that was measured with it. */
    public double of(KernelRate other) {
        return ofPeak() / other.ofPeak();
    }

    /** How many times faster all threads are than one. */
    public OptionalDouble scaling() {
        return gflopsOfOne.isPresent() ? OptionalDouble.of(gflops / gflopsOfOne.getAsDouble()) : OptionalDouble.empty();
    }
}
