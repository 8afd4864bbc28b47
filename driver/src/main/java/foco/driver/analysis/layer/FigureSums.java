package foco.driver.analysis.layer;

import foco.driver.analysis.SumRule;
import foco.driver.analysis.head.HeadFigures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Brings the parts of a layer together, one after another, so that no more than a head of them is held at a time. */
final class FigureSums {

    /** Of a hundred keys the one that receives most. */
    private static final double TOP = 0.01;

    /** Enough to find a few that say something among links to marks and punctuation. */
    private static final int LINKS = 2000;

    private final FigureRequest request;
    private final double sectionChance;
    private final List<HeadFigures> heads = new ArrayList<>();
    private final List<LayerFigures.Passages> passages = new ArrayList<>();
    private final List<Link> watched = new ArrayList<>();
    private List<Link> links = new ArrayList<>();
    private double[] received = {};

    /** Of the head at hand. */
    private Optional<PartFigures> head = Optional.empty();

    private float[] receivedOfHead = {};

    /** @param sectionChance what even weights would give to a query's own section */
    FigureSums(FigureRequest request, double sectionChance) {
        this.request = request;
        this.sectionChance = sectionChance;
    }

    /** Takes the next part, in the order of heads and positions: sums round by it. */
    void add(PartFigures part) {
        links.addAll(part.links());
        watched.addAll(part.watched());
        if (!part.isKnown()) {
            return;
        }
        if (head.isPresent() && head.get().head() != part.head()) {
            endHead();
        }
        if (part.received().length > 0) {
            receivedOfHead = receivedOfHead.length > 0 ? receivedOfHead : new float[request.seen().length];
            System.arraycopy(part.received(), 0, receivedOfHead, part.first(), part.received().length);
        }
        head.ifPresentOrElse(all -> all.add(part), () -> head = Optional.of(part));
    }

    private void endHead() {
        PartFigures all = head.orElseThrow();
        heads.add(figures(all));
        if (all.fromOthers().length > 1) {
            passages.add(new LayerFigures.Passages(request.layer(), all.head(), all.fromOthers()));
        }
        received = received.length > 0 ? received : new double[receivedOfHead.length];
        for (int i = 0; i < receivedOfHead.length; i++) {
            received[i] += receivedOfHead[i];
        }
        links = strongest();
        head = Optional.empty();
        receivedOfHead = new float[0];
    }

    private List<Link> strongest() {
        return links.stream().sorted(Link.ORDER).limit(LINKS).collect(Collectors.toCollection(ArrayList::new));
    }

    /** All that was gathered. */
    LayerFigures finish(List<SumRule> rules) {
        if (head.isPresent()) {
            endHead();
        }
        return new LayerFigures(rules, heads, strongest(), watched, passages, received);
    }

    /** The share of all mass that the keys receive that receive most; NaN if there is none. */
    private static double top(float[] received) {
        float[] sorted = received.clone();
        Arrays.sort(sorted);
        int least = sorted.length - (int) Math.ceil(TOP * sorted.length);
        double top = 0;
        double all = 0;
        for (int i = 0; i < sorted.length; i++) {
            all += sorted[i];
            top += i >= least ? sorted[i] : 0;
        }
        return top / all;
    }

    private HeadFigures figures(PartFigures of) {
        return new HeadFigures(
                request.layer(),
                of.head(),
                of.mean("entropy"),
                Math.exp(of.mean("entropy")),
                of.meanBreadth(),
                of.mean("distance"),
                of.mean("distance_absolute"),
                of.mean("self"),
                of.mean("previous"),
                of.mean("next"),
                of.mean("first"),
                of.mean("near"),
                of.mean("separators"),
                of.mean("punctuation"),
                of.meanOnFollowing(),
                of.meanChance(),
                of.meanOnSame(),
                top(receivedOfHead),
                of.sectionShare(),
                sectionChance);
    }
}
