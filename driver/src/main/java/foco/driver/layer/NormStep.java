package foco.driver.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.dense.Norm;
import java.io.Serializable;

/** A norm in a place where some families have one and others have none. */
public sealed interface NormStep extends Serializable {

    /** No norm: numbers stay what they are. */
    static NormStep none() {
        return new None();
    }

    /** A norm; one that is narrower than a row is that of each head in it. */
    static NormStep of(Norm norm) {
        return new Of(norm);
    }

    /** {@code x} normalised in an array of its own, or {@code x} itself where there is no norm; not to be changed. */
    float[] apply(RowKernel kernel, float[] x);

    /** Normalises {@code x} in place where there is a norm, and gives it back. */
    float[] applyInPlace(RowKernel kernel, float[] x);

    /** No norm. */
    @DefaultSerializer(JavaSerializer.class)
    record None() implements NormStep {

        @Override
        public float[] apply(RowKernel kernel, float[] x) {
            return x;
        }

        @Override
        public float[] applyInPlace(RowKernel kernel, float[] x) {
            return x;
        }
    }

    /** This norm. */
    @DefaultSerializer(JavaSerializer.class)
    record Of(Norm norm) implements NormStep {

        @Override
        public float[] apply(RowKernel kernel, float[] x) {
            return kernel.normalized(norm, x);
        }

        @Override
        public float[] applyInPlace(RowKernel kernel, float[] x) {
            return kernel.normalize(norm, x);
        }
    }
}
