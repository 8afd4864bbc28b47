package foco.kernels.mask;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Documents packed one after another into a sequence; a query sees the keys of its own. */
final class DocumentMask implements KeyBand {

    /** So many documents are named one by one. */
    private static final int FEW = 8;

    /** Where each document ends. */
    private final long[] ends;

    private final long queryOffset;

    DocumentMask(long[] lengths, long queryOffset) {
        Positions.requireOffset("A document mask", queryOffset);
        Positions.require("The number of documents", lengths.length, 1);
        this.queryOffset = queryOffset;
        this.ends = new long[lengths.length];
        long end = 0;
        for (int d = 0; d < lengths.length; d++) {
            Positions.require("The length of document " + d, lengths[d], 1);
            end += lengths[d];
            Positions.require("The documents' length in all", end, 1);
            ends[d] = end;
        }
    }

    private long total() {
        return ends[ends.length - 1];
    }

    /** The document of a position, -1 or the number of documents outside them. */
    private int document(long position) {
        if (position < 0) {
            return -1;
        }
        int found = Arrays.binarySearch(ends, position);
        return found >= 0 ? found + 1 : -found - 1;
    }

    @Override
    public boolean allows(int head, long query, long key) {
        int document = document(queryOffset + query);
        return document >= 0 && document < ends.length && document == document(key);
    }

    @Override
    public long from(long query) {
        int document = document(queryOffset + query);
        return document <= 0 ? 0 : ends[document - 1];
    }

    @Override
    public long to(long query) {
        int document = document(queryOffset + query);
        return document < 0 ? 0 : ends[Math.min(document, ends.length - 1)];
    }

    @Override
    public long alikeUntil(long query) {
        int document = document(queryOffset + query);
        return document == ends.length ? Long.MAX_VALUE : (document < 0 ? 0 : ends[document]) - queryOffset;
    }

    @Override
    public Mask forSequence(String sequence, long queries, long keys) {
        if (total() != keys) {
            throw new IllegalArgumentException(
                    "The lengths of the %d documents add up to %d, and sequence %s has %d keys; the two must be equal."
                            .formatted(ends.length, total(), sequence, keys));
        }
        if (queryOffset < 0 || queryOffset + queries > total()) {
            throw new IllegalArgumentException(
                    "The queries of sequence %s stand at positions %d to %d, and its documents at 0 to %d; each query needs a document."
                            .formatted(sequence, queryOffset, queryOffset + queries - 1, total() - 1));
        }
        return this;
    }

    private long[] lengths() {
        long[] lengths = ends.clone();
        for (int d = 1; d < ends.length; d++) {
            lengths[d] = ends[d] - ends[d - 1];
        }
        return lengths;
    }

    @Override
    public Mask shifted(long positions) {
        return new DocumentMask(lengths(), queryOffset + positions);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof DocumentMask mask
                        && queryOffset == mask.queryOffset
                        && Arrays.equals(ends, mask.ends);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ends) + Long.hashCode(queryOffset);
    }

    @Override
    public Optional<String> text() {
        return ends.length > Positions.LONGEST_TEXT ? Optional.empty() : Optional.of(named(lengths()));
    }

    private String named(long[] lengths) {
        String all = Arrays.stream(lengths).mapToObj(String::valueOf).collect(Collectors.joining(", "));
        return "documents(%s%s)".formatted(all, Positions.suffix(queryOffset));
    }

    /** Of many documents, how many they are: messages are read by people. */
    @Override
    public String toString() {
        if (ends.length <= FEW) {
            return named(lengths());
        }
        return "documents(%d of %d keys%s)".formatted(ends.length, total(), Positions.suffix(queryOffset));
    }
}
