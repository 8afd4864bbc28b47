package foco.driver.analysis.layer;

import foco.driver.analysis.SumRule;
import foco.driver.analysis.head.HeadFigures;
import java.util.List;

/**
 * What the end of an analysis needs to know of a layer. It does not grow with heads times tokens.
 *
 * @param rules that were checked, heads counted from 0
 * @param heads the figures of each head; none if no table tells of them
 * @param links the strongest across the text
 * @param watched the heaviest queries of chosen positions
 * @param passages what each section receives in each head
 * @param received what each position receives, from all heads together; empty if that was not asked for
 */
public record LayerFigures(
        List<SumRule> rules,
        List<HeadFigures> heads,
        List<Link> links,
        List<Link> watched,
        List<Passages> passages,
        double[] received) {

    /**
     * What each section receives in a head from the others.
     *
     * @param layer counted from 1
     * @param head counted from 1
     */
    public record Passages(int layer, int head, double[] masses) {}
}
