package foco.kernels.fold;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The heaviest pairs of a query and a key that were seen, up to a number. */
public final class Links implements FoldResult<Links> {

    /**
     * A pair and its weight.
     *
     * @param query the position among the queries
     * @param key the position among the keys
     */
    public record Link(int head, long query, long key, float weight) implements Serializable {}

    /** Which come first: the heavier, then the lower head, query, key. */
    private static final Comparator<Link> ORDER = Comparator.comparingDouble(Link::weight)
            .reversed()
            .thenComparingInt(Link::head)
            .thenComparingLong(Link::query)
            .thenComparingLong(Link::key);

    private final int most;

    /** The last of those that are kept at its head. */
    private transient PriorityQueue<Link> kept = new PriorityQueue<>(ORDER.reversed());

    /** None. */
    public Links(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("The number of links to keep must be 1 or more, and is " + most + ".");
        }
        this.most = most;
    }

    /** What a weight must have to be kept, or more. */
    float threshold() {
        return kept.size() < most ? Float.MIN_VALUE : kept.element().weight();
    }

    /**
     * Keeps a link if it is among the heaviest.
     *
     * @return {@link #threshold} from here on
     */
    float offer(Link link) {
        kept.add(link);
        if (kept.size() > most) {
            kept.remove();
        }
        return threshold();
    }

    /** The links, the heaviest first. */
    public List<Link> sorted() {
        return kept.stream().sorted(ORDER).toList();
    }

    @Override
    public void merge(Links other) {
        if (other.most != most) {
            throw new IllegalArgumentException(
                    "The %d heaviest links and the %d heaviest do not merge.".formatted(most, other.most));
        }
        other.kept.forEach(this::offer);
    }

    private Object writeReplace() {
        return new Form(most, new ArrayList<>(sorted()));
    }

    /** How links are written. */
    private record Form(int most, ArrayList<Link> links) implements Serializable {

        private Object readResolve() {
            Links read = new Links(most);
            links.forEach(read::offer);
            return read;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Links links
                && links.most == most
                && links.sorted().equals(sorted());
    }

    @Override
    public int hashCode() {
        return sorted().hashCode();
    }
}
