package foco.kernels.mask;

import java.util.HashMap;
import java.util.Map;

/** Each sequence has a mask of its own, by its name. */
record BySequenceMask(Map<String, Mask> masks) implements Mask {

    BySequenceMask {
        masks = Map.copyOf(masks);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        throw new IllegalStateException("Which keys are seen depends on the sequence; ask the mask's forSequence.");
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        Mask mask = masks.get(sequence);
        if (mask == null) {
            throw new IllegalArgumentException(
                    "Sequence %s has no mask, among %d that have one; add its mask, or Mask.full()."
                            .formatted(sequence, masks.size()));
        }
        return mask.forSequence(sequence, queries, keys);
    }

    @Override
    public Mask shifted(long positions) {
        Map<String, Mask> shifted = new HashMap<>();
        masks.forEach((sequence, mask) -> shifted.put(sequence, mask.shifted(positions)));
        return new BySequenceMask(shifted);
    }

    /** Each sequence's own is shifted, and by its own number. One that is not among them stays away, and is told of by its name. */
    @Override
    public Mask shifted(Map<String, Long> positions) {
        Map<String, Mask> shifted = new HashMap<>();
        positions.forEach((sequence, further) -> {
            if (masks.containsKey(sequence)) {
                shifted.put(sequence, masks.get(sequence).shifted(further));
            }
        });
        return new BySequenceMask(shifted);
    }

    @Override
    public String toString() {
        return masks.values().stream().distinct().count() == 1
                ? masks.values().iterator().next().toString()
                : "one of %d by sequence".formatted(masks.size());
    }
}
