package foco.kernels.dense;

/** Rotary embedding as first published. */
enum NoScaling implements RotaryScaling {
    INSTANCE;

    @Override
    public RotaryFrequencies frequencies(int width, double base, long length) {
        return RotaryFrequencies.of(width, base);
    }

    @Override
    public String toString() {
        return "none";
    }
}
