package foco.jobs.report;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a head's repeated tokens give to the last like token, and to the token after that one: how many give how much, and those
 * that give most. It holds a few rows, however many are added.
 */
@DefaultSerializer(JavaSerializer.class)
final class HeadRepeats implements Serializable {
    private static final long serialVersionUID = 1;

    /** Weights at which a next bar begins; the first one begins at 0. */
    private static final double[] EDGES = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5};

    private static final int MOST = 30;

    private final Weights same = new Weights();
    private final Weights following = new Weights();

    @DefaultSerializer(JavaSerializer.class)
    private record Repeat(int position, int earlier, float onSame, float onFollowing) implements Serializable {}

    /** One of the two weights. */
    @DefaultSerializer(JavaSerializer.class)
    private static final class Weights implements Serializable {
        private static final long serialVersionUID = 1;

        private final int[] counts = new int[EDGES.length + 1];
        private final List<Repeat> strongest = new ArrayList<>();

        void add(double weight, Repeat repeat, Comparator<Repeat> order) {
            int bar = 0;
            while (bar < EDGES.length && weight >= EDGES[bar]) {
                bar++;
            }
            counts[bar]++;
            keep(repeat, order);
        }

        private void keep(Repeat repeat, Comparator<Repeat> order) {
            if (strongest.size() < MOST || order.compare(repeat, strongest.get(MOST - 1)) < 0) {
                int at = strongest.size();
                while (at > 0 && order.compare(repeat, strongest.get(at - 1)) < 0) {
                    at--;
                }
                strongest.add(at, repeat);
                if (strongest.size() > MOST) {
                    strongest.remove(MOST);
                }
            }
        }

        void merge(Weights other, Comparator<Repeat> order) {
            for (int bar = 0; bar < counts.length; bar++) {
                counts[bar] += other.counts[bar];
            }
            other.strongest.forEach(repeat -> keep(repeat, order));
        }

        void write(ObjectNode json) {
            ArrayNode bars = json.putArray("counts");
            for (int count : counts) {
                bars.add(count);
            }
            ArrayNode rows = json.putArray("strongest");
            strongest.forEach(repeat -> rows.addArray()
                    .add(repeat.position())
                    .add(repeat.earlier())
                    .add(repeat.onSame())
                    .add(repeat.onFollowing()));
        }
    }

    private static Comparator<Repeat> bySame() {
        return Comparator.comparingDouble((Repeat repeat) -> -repeat.onSame()).thenComparingInt(Repeat::position);
    }

    private static Comparator<Repeat> byFollowing() {
        return Comparator.comparingDouble((Repeat repeat) -> -repeat.onFollowing())
                .thenComparingInt(Repeat::position);
    }

    void add(int position, int earlier, float onSame, float onFollowing) {
        Repeat repeat = new Repeat(position, earlier, onSame, onFollowing);
        same.add(onSame, repeat, bySame());
        following.add(onFollowing, repeat, byFollowing());
    }

    HeadRepeats merge(HeadRepeats other) {
        same.merge(other.same, bySame());
        following.merge(other.following, byFollowing());
        return this;
    }

    void write(ObjectNode json) {
        ArrayNode edges = json.putArray("edges");
        for (double edge : EDGES) {
            edges.add(edge);
        }
        same.write(json.putObject("same"));
        following.write(json.putObject("following"));
    }
}
