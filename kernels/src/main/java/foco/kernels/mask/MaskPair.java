package foco.kernels.mask;

/** What is alike in masks that are made of two. */
final class MaskPair {

    /** Adds to {@code keys} what the keys of one mask and those of another make together. */
    @FunctionalInterface
    interface Merge {
        void into(KeyRanges keys, KeyRanges left, KeyRanges right);
    }

    private MaskPair() {}

    /** {@link Mask#visible(Tile, KeyRanges, KeyRanges)} of two masks together. */
    static void visible(Mask left, Mask right, Merge merge, Tile tile, KeyRanges some, KeyRanges every) {
        KeyRanges someLeft = some.left();
        KeyRanges everyLeft = every.left();
        left.visible(tile, someLeft, everyLeft);
        KeyRanges someRight = some.right();
        KeyRanges everyRight = every.right();
        right.visible(tile, someRight, everyRight);
        merge.into(some, someLeft, someRight);
        merge.into(every, everyLeft, everyRight);
    }
}
