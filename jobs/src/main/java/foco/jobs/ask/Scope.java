package foco.jobs.ask;

import java.util.OptionalInt;

/**
 * Where to look: one head of a layer, the mean of a layer's heads, one head's number in the mean of all layers, or the mean of all.
 *
 * @param layer counted from 1, if one is named
 * @param head counted from 1, if one is named
 */
record Scope(OptionalInt layer, OptionalInt head) {

    /** For people. */
    String text() {
        if (layer.isPresent() && head.isPresent()) {
            return "layer %d, head %d".formatted(layer.getAsInt(), head.getAsInt());
        }
        if (layer.isPresent()) {
            return "layer %d, mean of its heads".formatted(layer.getAsInt());
        }
        return head.isPresent()
                ? "head %d, mean of all layers".formatted(head.getAsInt())
                : "mean of all layers and heads";
    }
}
