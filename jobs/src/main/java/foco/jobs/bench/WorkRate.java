package foco.jobs.bench;

/**
 * What a work reached.
 *
 * @param rate in billions of operations a second
 * @param peak what the machine reached in between, in GFLOP/s
 */
record WorkRate(String name, String unit, double rate, double peak) {}
