package foco.driver.block;

import foco.driver.block.TokenBlock.Outline;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sequences of a table or file: their names in order, and how many positions each has. */
public final class Sequences implements Serializable {

    /** How names are ordered: as numbers, or as texts. */
    public enum Order implements Comparator<String> {
        NUMBERS {
            @Override
            public int compare(String a, String b) {
                return new BigDecimal(a).compareTo(new BigDecimal(b));
            }
        },
        TEXTS {
            @Override
            public int compare(String a, String b) {
                return a.compareTo(b);
            }
        }
    }

    private final Order order;
    private final String[] names;
    private final long[] lengths;
    private transient Map<String, Integer> indices;

    private Sequences(Order order, String[] names, long[] lengths) {
        this.order = order;
        this.names = names;
        this.lengths = lengths;
    }

    /** Sequences of which only the lengths are known, in the order of the map. */
    public static Sequences of(Map<String, Long> lengths) {
        return of(lengths, Order.TEXTS);
    }

    /** Sequences in the order of the map, which is the one that is named. */
    public static Sequences of(Map<String, Long> lengths, Order order) {
        return new Sequences(
                order,
                lengths.keySet().toArray(String[]::new),
                lengths.values().stream().mapToLong(Long::longValue).toArray());
    }

    /** {@code count} sequences of one length, named by their numbers from 0. */
    public static Sequences numbered(int count, long length) {
        String[] names = new String[count];
        long[] lengths = new long[count];
        Arrays.setAll(names, String::valueOf);
        Arrays.fill(lengths, length);
        return new Sequences(Order.NUMBERS, names, lengths);
    }

    /**
     * The sequences that blocks belong to.
     *
     * @param outlines of all blocks, in any order
     * @param named whether the table has a sequence column, for messages
     * @throws InvalidInputException naming the first fault in the order of sequences and positions
     */
    public static Sequences of(List<Outline> outlines, Order order, boolean named) {
        Map<String, List<Outline>> bySequence = new TreeMap<>(order);
        for (Outline outline : outlines) {
            bySequence
                    .computeIfAbsent(outline.sequence(), s -> new ArrayList<>())
                    .add(outline);
        }
        Map<String, Long> lengths = new TreeMap<>(order);
        bySequence.forEach((name, blocks) -> {
            String place = named ? "Sequence " + name + ": " : "";
            lengths.put(name, length(blocks, place));
        });
        return of(lengths, order);
    }

    private static long length(List<Outline> blocks, String place) {
        blocks.sort(Comparator.comparingLong(Outline::firstPosition));
        long length = 0;
        for (Outline block : blocks) {
            String fault = block.fault();
            if (block.firstPosition() > length) {
                fault = "position %d is missing; positions must run from 0 without a gap".formatted(length);
            }
            if (!fault.isEmpty()) {
                String message = place + fault + ".";
                throw new InvalidInputException(Character.toUpperCase(message.charAt(0)) + message.substring(1));
            }
            length = block.firstPosition() + block.rows();
        }
        return length;
    }

    public int count() {
        return names.length;
    }

    /** The identifier of sequence {@code index}, as a string. */
    public String name(int index) {
        return names[index];
    }

    /** The positions of sequence {@code index}. */
    public long length(int index) {
        return lengths[index];
    }

    /** The place of a sequence among them, or -1. */
    public int index(String name) {
        return indices().getOrDefault(name, -1);
    }

    private Map<String, Integer> indices() {
        Map<String, Integer> known = indices;
        if (known == null) {
            known = new HashMap<>();
            for (int s = 0; s < names.length; s++) {
                known.put(names[s], s);
            }
            indices = known; // two threads may both make it, and make it alike
        }
        return known;
    }

    /** How the names are ordered. */
    public Order order() {
        return order;
    }

    /** The order of blocks: by their sequences, then by their positions. */
    int compare(Outline a, Outline b) {
        int bySequence = Integer.compare(index(a.sequence()), index(b.sequence()));
        return bySequence != 0 ? bySequence : Long.compare(a.firstPosition(), b.firstPosition());
    }

    /**
     * The index of each sequence's first block among the blocks of all, and at the end the number of blocks.
     *
     * @param rows of a block; the last one of a sequence may have fewer
     */
    public int[] firstBlocks(int rows) {
        int[] first = new int[count() + 1];
        for (int s = 0; s < count(); s++) {
            first[s + 1] = Math.toIntExact(first[s] + (length(s) + rows - 1) / rows);
        }
        return first;
    }

    /** The positions of all sequences. */
    public long positions() {
        return Arrays.stream(lengths).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sequences sequences
                && Arrays.equals(names, sequences.names)
                && Arrays.equals(lengths, sequences.lengths);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(names) + Arrays.hashCode(lengths);
    }
}
