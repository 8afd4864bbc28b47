package foco.kernels.mask;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
    public Optional<String> text() {
        List<String> each = new ArrayList<>();
        for (Map.Entry<String, Mask> entry : new TreeMap<>(masks).entrySet()) {
            Optional<String> own = entry.getValue().text();
            // A name with both kinds of quotation marks cannot be quoted.
            if (own.isEmpty()
                    || entry.getKey().indexOf('\'') >= 0 && entry.getKey().indexOf('"') >= 0) {
                return Optional.empty();
            }
            String mark = entry.getKey().indexOf('\'') >= 0 ? "\"" : "'";
            each.add(mark + entry.getKey() + mark + ": " + own.get());
        }
        return Optional.of("by sequence(%s)".formatted(String.join(", ", each)));
    }

    @Override
    public String toString() {
        return masks.values().stream().distinct().count() == 1
                ? masks.values().iterator().next().toString()
                : "one of %d by sequence".formatted(masks.size());
    }
}
