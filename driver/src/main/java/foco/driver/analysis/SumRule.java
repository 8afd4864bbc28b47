package foco.driver.analysis;

/**
 * A rule that holds for attention's weights at any length, and how far the weights of one head were from it.
 *
 * @param rule what must hold, for people: "the mass of a query"
 * @param head counted from 0
 * @param worst the largest deviation over all sequences and positions of the head; relative where sums are large
 * @param limit what the deviation may be at most
 */
public record SumRule(String rule, int head, double worst, double limit) {

    /** Whether it holds. */
    public boolean holds() {
        return worst <= limit;
    }
}
