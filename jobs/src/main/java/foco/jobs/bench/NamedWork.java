package foco.jobs.bench;

/**
 * Work to be timed beside others.
 *
 * @param unit what a billion a second of its operations are: "GFLOP/s" for multiplications and additions
 */
record NamedWork(String name, String unit, Work work) {

    static final String FLOPS = "GFLOP/s";
    static final String NUMBERS = "G/s";
}
