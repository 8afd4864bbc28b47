package foco.kernels.mask;

import java.util.Optional;

/** Positions are cut into chunks of {@code size}; a query sees its own chunk. */
record ChunkMask(long size, long queryOffset) implements KeyBand {

    ChunkMask {
        Positions.require("The size of a chunk", size, 1);
        Positions.requireOffset("A chunk mask", queryOffset);
    }

    @Override
    public boolean allows(int head, long query, long key) {
        return Math.floorDiv(queryOffset + query, size) == Math.floorDiv(key, size);
    }

    @Override
    public long from(long query) {
        return Math.floorDiv(queryOffset + query, size) * size;
    }

    @Override
    public long to(long query) {
        return from(query) + size;
    }

    @Override
    public long alikeUntil(long query) {
        return to(query) - queryOffset;
    }

    @Override
    public Mask shifted(long positions) {
        return new ChunkMask(size, queryOffset + positions);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(toString());
    }

    @Override
    public String toString() {
        return "chunks(%d%s)".formatted(size, Positions.suffix(queryOffset));
    }
}
