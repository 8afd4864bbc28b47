package foco.kernels.score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Each sequence has a modifier of its own, by its name. */
record BySequenceModifier(Map<String, ScoreModifier> modifiers) implements ScoreModifier {

    BySequenceModifier {
        modifiers = Map.copyOf(modifiers);
    }

    @Override
    public double apply(double score, int head, long query, long key) {
        throw new IllegalStateException(
                "What becomes of a score depends on the sequence; ask the modifier's forSequence.");
    }

    @Override
    public void checkHeads(int heads) {
        modifiers.values().forEach(modifier -> modifier.checkHeads(heads));
    }

    @Override
    public ScoreModifier forSequence(String sequence, long queries, long keys) {
        ScoreModifier modifier = modifiers.get(sequence);
        if (modifier == null) {
            throw new IllegalArgumentException("Sequence %s has no score modifier, among %d that have one; add its own."
                    .formatted(sequence, modifiers.size()));
        }
        return modifier.forSequence(sequence, queries, keys);
    }

    @Override
    public ScoreModifier shifted(long positions) {
        Map<String, ScoreModifier> shifted = new HashMap<>();
        modifiers.forEach((sequence, modifier) -> shifted.put(sequence, modifier.shifted(positions)));
        return new BySequenceModifier(shifted);
    }

    /** Each sequence's own is shifted, and by its own number. One that is not among them stays away, and is told of by its name. */
    @Override
    public ScoreModifier shifted(Map<String, Long> positions) {
        Map<String, ScoreModifier> shifted = new HashMap<>();
        positions.forEach((sequence, further) -> {
            if (modifiers.containsKey(sequence)) {
                shifted.put(sequence, modifiers.get(sequence).shifted(further));
            }
        });
        return new BySequenceModifier(shifted);
    }

    @Override
    public Optional<String> text() {
        List<String> each = new ArrayList<>();
        for (Map.Entry<String, ScoreModifier> entry : new TreeMap<>(modifiers).entrySet()) {
            Optional<String> own = entry.getValue().text();
            // A name with both kinds of quotation marks cannot be quoted.
            if (own.isEmpty()
                    || entry.getKey().indexOf('\'') >= 0 && entry.getKey().indexOf('"') >= 0) {
                return Optional.empty();
            }
            String mark = entry.getKey().indexOf('\'') >= 0 ? "\"" : "'";
            each.add(mark + entry.getKey() + mark + ": " + own.get());
        }
        return Optional.of("scores by sequence(%s)".formatted(String.join(", ", each)));
    }

    @Override
    public String toString() {
        return "one of %d by sequence".formatted(modifiers.size());
    }
}
