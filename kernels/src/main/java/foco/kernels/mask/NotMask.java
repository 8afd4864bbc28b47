package foco.kernels.mask;

import java.util.Map;
import java.util.Optional;

/** A query sees what the other mask hides from it. */
record NotMask(Mask mask) implements Mask {

    @Override
    public boolean allows(int head, long query, long key) {
        return !mask.allows(head, query, key);
    }

    @Override
    public boolean givesRanges() {
        return mask.givesRanges();
    }

    @Override
    public boolean givesFewRanges() {
        return mask.givesFewRanges();
    }

    @Override
    public boolean isCounted() {
        return mask.isCounted();
    }

    @Override
    public boolean isAlikeForHeads() {
        return mask.isAlikeForHeads();
    }

    @Override
    public long seen(int head, long query, KeyRanges keys) {
        return keys.end() - keys.first() - mask.seen(head, query, keys);
    }

    @Override
    public void visible(int head, long query, KeyRanges keys) {
        KeyRanges hidden = keys.left();
        mask.visible(head, query, hidden);
        keys.addComplement(hidden);
    }

    @Override
    public void visible(Tile tile, KeyRanges some, KeyRanges every) {
        KeyRanges hiddenFromSome = some.left();
        KeyRanges hiddenFromEvery = every.left();
        mask.visible(tile, hiddenFromSome, hiddenFromEvery);
        some.addComplement(hiddenFromEvery);
        every.addComplement(hiddenFromSome);
    }

    @Override
    public long alikeUntil(long query) {
        return mask.alikeUntil(query);
    }

    @Override
    public long slidesUntil(long query) {
        return mask.slidesUntil(query);
    }

    @Override
    public Mask within(Tile tile) {
        return new NotMask(mask.within(tile));
    }

    @Override
    public Coverage coverage(Tile tile) {
        return opposite(mask.coverage(tile));
    }

    @Override
    public Coverage knownCoverage(Tile tile) {
        return opposite(mask.knownCoverage(tile));
    }

    private static Coverage opposite(Coverage coverage) {
        return switch (coverage) {
            case NONE -> Coverage.ALL;
            case PARTIAL -> Coverage.PARTIAL;
            case ALL -> Coverage.NONE;
        };
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        return new NotMask(mask.forSequence(sequence, queries, keys));
    }

    @Override
    public Mask shifted(long positions) {
        return new NotMask(mask.shifted(positions));
    }

    @Override
    public Mask shifted(Map<String, Long> positions) {
        return new NotMask(mask.shifted(positions));
    }

    @Override
    public Optional<String> text() {
        return mask.text().map("not (%s)"::formatted);
    }

    @Override
    public String toString() {
        return "not (%s)".formatted(mask);
    }
}
