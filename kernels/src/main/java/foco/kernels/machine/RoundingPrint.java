package foco.kernels.machine;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.score.ScoreModifier;
import foco.kernels.softmax.SegmentedState;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.HalfBlock;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.KeyValueType;
import foco.kernels.tile.QueryBlock;
import foco.kernels.tile.StoredBlock;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * A fingerprint of how a kernel rounds: a hash of the bits that it gives for some small computations, chosen so that each of
 * its ways through a tile is taken. Kernels that round in the same way have the same print on every machine. What adds another
 * way through a tile adds a computation here.
 */
final class RoundingPrint {

    private static final int QUERIES = 19;

    /** Blocks of so many keys, the last of fewer: tiles that are full and tiles that are not. */
    private static final int BLOCK = 320;

    private static final int KEYS = BLOCK + 71;

    private static final int PRINT_BYTES = 16;

    private RoundingPrint() {}

    /** @param kernels makes a kernel */
    static String of(Function<AttentionSpec, AttentionKernel> kernels) {
        MessageDigest digest = sha256();
        List<AttentionSpec> specs = specs();
        for (int s = 0; s < specs.size(); s++) {
            KeyValueType type = KeyValueType.values()[s % KeyValueType.values().length];
            AttentionSpec spec = specs.get(s).shifted(KEYS - QUERIES); // the queries are the last of the keys
            add(digest, spec, type, kernels.apply(spec), new SplittableRandom(s));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, PRINT_BYTES);
    }

    private static List<AttentionSpec> specs() {
        float[] biases = numbers(new SplittableRandom(-1), QUERIES * KEYS, 3);
        float[][] table = {{0.3f}, {0.5f}, {-0.25f}, {1.5f}};
        AttentionSpec wide = AttentionSpec.of(1, 64);
        return List.of(
                wide,
                wide.withMask(Mask.causal()).withScale(40), // weights of one key or a few
                AttentionSpec.of(1, 24).withValueWidth(40).withMask(Mask.strided(32, 0)),
                wide.withMask(Mask.causal().and(Mask.strided(128, 0)))
                        .withScores(ScoreModifier.softCap(3), ScoreModifier.alibi(0, 0.3f))
                        .withSinks(1.5f),
                wide.withScores(ScoreModifier.bias(1, QUERIES, KEYS, biases)),
                wide.withScores(ScoreModifier.relativeBias(table, false, 100, 0)),
                wide.withMask((head, query, key) -> (query * 31 + key * 17) % 7 < 4),
                wide.withScores((score, head, query, key) -> score - 0.01 * StrictMath.sqrt(Math.abs(query - key))));
    }

    private static void add(
            MessageDigest digest,
            AttentionSpec spec,
            KeyValueType type,
            AttentionKernel kernel,
            SplittableRandom random) {
        int width = spec.keyWidth();
        QueryBlock queries = QueryBlock.pack(spec, 0, 0, QUERIES, numbers(random, QUERIES * width, 2), 0, width);
        int blocks = (KEYS + BLOCK - 1) / BLOCK;
        SegmentedState states = new SegmentedState(spec, 0, QUERIES, blocks);
        for (int block = 0; block < blocks; block++) {
            kernel.attend(queries, keys(spec, type, block, random), states.of(block));
        }
        SoftmaxState merged = states.merge();
        float[] output = new float[QUERIES * spec.valueWidth()];
        merged.finish(output, 0, spec.valueWidth());
        ByteBuffer bits = ByteBuffer.allocate((output.length + QUERIES) * Float.BYTES);
        for (float value : output) {
            bits.putFloat(value);
        }
        for (int i = 0; i < QUERIES; i++) {
            bits.putFloat(merged.logSumExp(i));
        }
        digest.update(bits.array());
    }

    private static KeyValueBlock keys(AttentionSpec spec, KeyValueType type, int block, SplittableRandom random) {
        int first = block * BLOCK;
        int count = Math.min(BLOCK, KEYS - first);
        int width = spec.keyWidth();
        int valueWidth = spec.valueWidth();
        float[] keys = rounded(type, numbers(random, count * width, 2));
        float[] values = rounded(type, numbers(random, count * valueWidth, 2));
        KeyValueBlock packed =
                KeyValueBlock.pack(first, count, keys, 0, width, width, values, 0, valueWidth, valueWidth);
        StoredBlock stored = type == KeyValueType.FLOAT32 ? packed : new HalfBlock(type, packed);
        return stored.floats();
    }

    private static float[] rounded(KeyValueType type, float[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = type.round(numbers[i]);
        }
        return numbers;
    }

    private static float[] numbers(SplittableRandom random, int count, double magnitude) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) ((2 * random.nextDouble() - 1) * magnitude);
        }
        return numbers;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
