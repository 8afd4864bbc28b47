package foco.bench;

import ai.onnxruntime.OrtException;

/** Refuses to compare the speed of implementations that do not compute the same. */
final class Agreement {
    private static final double TOLERANCE = 1e-4;

    private Agreement() {}

    /**
     * Computes one shape with all of them.
     *
     * @return the largest difference to Foco's output, as a share of its largest element
     * @throws IllegalStateException if it exceeds 1e-4
     */
    static double check(Shape shape) throws OrtException {
        Tokens tokens = Tokens.random(shape, 2);
        double worst = 0;
        try (Peer foco = new FocoPeer(tokens, false);
                Peer packed = new FocoPeer(tokens, true);
                Peer onnxRuntime = new OnnxRuntimePeer(tokens);
                Peer libtorch = new LibtorchPeer(tokens)) {
            foco.run();
            for (Peer peer : new Peer[] {packed, onnxRuntime, libtorch}) {
                peer.run();
                double difference = difference(foco.output(), peer.output());
                if (!(difference <= TOLERANCE)) {
                    throw new IllegalStateException("%s: %s differs from Foco by %.1e of the largest element"
                            .formatted(shape.name(), peer.getClass().getSimpleName(), difference));
                }
                worst = Math.max(worst, difference);
            }
        }
        return worst;
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
