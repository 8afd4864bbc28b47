package foco.bench;

import ai.onnxruntime.OrtException;

/** Refuses to compare the speed of implementations that do not compute the same. */
final class Agreement {
    private static final double TOLERANCE = 1e-4;

    private Agreement() {}

    /**
     * Computes one shape with all that can.
     *
     * @return the largest difference to Foco's output, as a share of its largest element
     * @throws IllegalStateException if it exceeds 1e-4
     */
    static double check(Shape shape, int threads) throws OrtException {
        Tokens tokens = Tokens.random(shape, 2);
        float[] expected = output(Contender.FOCO, tokens, threads);
        double worst = 0;
        for (Contender contender : Contender.of(shape)) {
            double difference = difference(expected, output(contender, tokens, threads));
            if (!(difference <= TOLERANCE)) {
                throw new IllegalStateException("%s: %s differs from Foco by %.1e of the largest element"
                        .formatted(shape.name(), contender.label(), difference));
            }
            worst = Math.max(worst, difference);
        }
        return worst;
    }

    private static float[] output(Contender contender, Tokens tokens, int threads) throws OrtException {
        try (Peer peer = contender.prepare(tokens, threads)) {
            peer.run();
            return peer.output();
        }
    }

    private static double difference(float[] expected, float[] actual) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) expected[i] - actual[i])); // NaN stays
        }
        return difference / largest;
    }
}
