package foco.driver.model;

import foco.kernels.AttentionSpec;

/**
 * The heads of an attention whose queries and keys are turned by their positions.
 *
 * @param count of queries
 * @param keyValues of keys and values, which queries share in groups
 * @param width of each
 */
record Heads(int count, int keyValues, int width) {

    /** Refuses what does not fit, by the keys that configurations of the Llama family have. */
    static Heads of(ModelConfig json, int count, int keyValues, int width) {
        json.require(count % keyValues == 0, "num_key_value_heads", "a divisor of num_attention_heads, " + count);
        json.require(
                width % 2 == 0 && width <= AttentionSpec.MAX_WIDTH,
                "head_dim",
                "an even number up to %d (it is %d)".formatted(AttentionSpec.MAX_WIDTH, width));
        return new Heads(count, keyValues, width);
    }

    /** {@code head_dim}, or the hidden width shared out among the heads. */
    static int widthOf(ModelConfig json, int hidden, int count) {
        json.require(
                json.has("head_dim") || hidden % count == 0,
                "num_attention_heads",
                "a divisor of hidden_size, %d, where there is no head_dim".formatted(hidden));
        return json.count("head_dim", hidden / count);
    }

    /** Without a mask, scores scaled by the root of the width. */
    AttentionSpec attention() {
        return AttentionSpec.of(count, width).withKeyValueHeads(keyValues);
    }

    /** The elements of all queries of a token. */
    int queries() {
        return count * width;
    }

    /** The elements of all keys of a token, and of all values. */
    int keys() {
        return keyValues * width;
    }
}
