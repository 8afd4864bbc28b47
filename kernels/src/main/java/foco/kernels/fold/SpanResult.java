package foco.kernels.fold;

/**
 * What a fold found for each of a span of positions, of queries or of keys, which can be cut.
 *
 * @param <R> itself
 */
public interface SpanResult<R extends SpanResult<R>> extends FoldResult<R> {

    /** A copy of what was found for positions {@code first .. first + count - 1}; nothing for those that were not seen. */
    R span(long first, int count);
}
