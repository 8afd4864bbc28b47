package foco.bench;

import ai.onnxruntime.OrtException;

/** An implementation of exact attention on some threads, its input in the form that it takes. */
interface Peer extends AutoCloseable {

    /** Computes the attention of all heads. */
    void run() throws OrtException;

    /** What the last run computed, {@code [queries, heads * width]}. */
    float[] output();

    @Override
    void close() throws OrtException;
}
