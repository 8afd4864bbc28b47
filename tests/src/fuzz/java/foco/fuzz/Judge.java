package foco.fuzz;

import foco.kernels.Attend;
import foco.kernels.breeze.ReferenceAttention;

/** Holds an attention of one head against float64. */
final class Judge {

    /** For modifiers with large numbers, on which an error must not depend. */
    private static final double LARGE_NUMBERS = 1e-5;

    private Judge() {}

    static void judge(Attend attend, boolean large, Attend.Result actual, String what) throws Mismatch {
        ReferenceAttention.Result expected = attend.reference();
        double tolerance =
                large ? LARGE_NUMBERS + Attend.tolerance(products(attend)) : Attend.tolerance(attend.largestScore());
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
