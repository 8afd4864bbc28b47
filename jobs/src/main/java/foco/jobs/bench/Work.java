package foco.jobs.bench;

/** Something that a thread does again and again while its rate is taken. */
@FunctionalInterface
public interface Work {
    /** Does some of it, for about a millisecond or as little as makes sense; returns the operations done. */
    double run();

    /** The rate of the calling thread at this work over {@code seconds} or a little more, in GFLOP/s. */
    default double gflops(double seconds) {
        long start = System.nanoTime();
        double operations = 0;
        double elapsed;
        do {
            operations += run();
            elapsed = (System.nanoTime() - start) * 1e-9;
        } while (elapsed < seconds);
        return operations / elapsed * 1e-9;
    }
}
