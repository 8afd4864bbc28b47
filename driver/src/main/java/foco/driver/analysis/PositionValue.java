package foco.driver.analysis;

import foco.kernels.fold.FoldResult;
import java.io.Serializable;

/**
 * Reads a number of a position from what a fold found.
 *
 * @param <R> what it found
 */
@FunctionalInterface
public interface PositionValue<R extends FoldResult<R>> extends Serializable {

    double of(R found, long position);
}
