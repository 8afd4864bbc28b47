package foco.driver.model;

/**
 * How long a model's layers took, and for what.
 *
 * @param tokens of all sequences, the model's marks among them
 * @param sequences that attend to themselves
 * @param layers that were computed, the last one perhaps up to its attention
 * @param seconds in all, by the clock
 * @param attentionOperations multiplications and additions of attention's matrix products
 * @param attentionSeconds by the clock, from projected queries, keys and values to finished attention
 * @param layerOperations of the matrix products around attention
 * @param layerSeconds of a core, in the kernels around attention
 * @param kernel that computed attention
 */
public record ForwardSummary(
        long tokens,
        int sequences,
        int layers,
        double seconds,
        double attentionOperations,
        double attentionSeconds,
        double layerOperations,
        double layerSeconds,
        String kernel) {

    /** 10^9 operations a second, over all. */
    public double gflops() {
        return (attentionOperations + layerOperations) / seconds * 1e-9;
    }
}
