package foco.kernels.mask;

/**
 * A rectangle of the score matrix of one head: the queries {@code firstQuery .. firstQuery + queries - 1} against the
 * keys {@code firstKey .. firstKey + keys - 1}, as positions within their sequence, counted from 0.
 */
public record Tile(int head, long firstQuery, int queries, long firstKey, int keys) {}
