package foco.fuzz;

import foco.kernels.Attend;
import foco.kernels.breeze.ReferenceAttention;

/** Holds an attention of one head against float64. */
final class Judge {

    /** For modifiers with large numbers, on which an error must not depend. */
    private static final double LARGE_NUMBERS = 1e-5;

    /**
     * A tile adds up 256 weights in float32, each sum rounded by half a unit at most. Of unlike weights these errors are of
     * either sign; of equal ones, as those of scores at their cap, they are of one.
     */
    private static final double SUMS = 256 * 0x1p-25;

    private Judge() {}

    static void judge(Attend attend, boolean large, Attend.Result actual, String what) throws Mismatch {
        ReferenceAttention.Result expected = attend.reference();
        double tolerance = SUMS
                + (large
                        ? LARGE_NUMBERS + Attend.tolerance(products(attend))
                        : Attend.tolerance(attend.largestScore()));
        double error = Attend.relativeError(actual.output(), expected.output(), attend.norm());
        double difference = Attend.largestDifference(actual.lse(), expected.lse());
        if (!(error <= tolerance && difference <= tolerance)) {
            throw new Mismatch("%s: error of output %s, of log-sum-exp %s, and %s is allowed; %d queries, %d keys, %s"
                    .formatted(what, error, difference, tolerance, attend.queries(), attend.keys(), attend.spec()));
        }
    }

    /** The largest magnitude of a scaled product of a query and a key. */
    private static double products(Attend attend) {
        return new Attend(
                        attend.spec().withScores(),
                        attend.head(),
                        attend.queries(),
                        attend.keys(),
                        attend.q(),
                        attend.k(),
                        attend.v())
                .largestScore();
    }
}
