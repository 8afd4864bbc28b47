package foco.driver.table;

import foco.driver.InvalidInputException;
import foco.driver.table.TokenBlock.Outline;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sequences of a table: their identifiers in order, and how many positions each has. */
public final class Sequences implements Serializable {

    private final List<String> names = new ArrayList<>();
    private final List<Long> lengths = new ArrayList<>();
    private final Map<String, Integer> indices = new HashMap<>();

    private Sequences() {}

    /** Sequences of which only the lengths are known, in the order of the map. */
    public static Sequences of(Map<String, Long> lengths) {
        Sequences sequences = new Sequences();
        lengths.forEach(sequences::add);
        return sequences;
    }

    private void add(String name, long length) {
        indices.put(name, names.size());
        names.add(name);
        lengths.add(length);
    }

    /**
     * @param numeric whether identifiers are numbers, to be ordered as such
     * @param named whether the table has a sequence column, for messages
     * @throws InvalidInputException naming the first fault in the order of sequences and positions
     */
    static Sequences of(List<Outline> outlines, boolean numeric, boolean named) {
        Comparator<String> order = numeric ? Comparator.comparing(BigDecimal::new) : Comparator.naturalOrder();
        Map<String, List<Outline>> bySequence = new TreeMap<>(order);
        for (Outline outline : outlines) {
            if (outline.sequence().equals(TokenTable.NO_SEQUENCE)) {
                throw new InvalidInputException("A row has no sequence; fill the column or drop it.");
            }
            bySequence
                    .computeIfAbsent(outline.sequence(), s -> new ArrayList<>())
                    .add(outline);
        }
        Sequences sequences = new Sequences();
        bySequence.forEach((name, blocks) -> {
            String place = named ? "Sequence " + name + ": " : "";
            sequences.add(name, length(blocks, place));
        });
        return sequences;
    }

    private static long length(List<Outline> blocks, String place) {
        blocks.sort(Comparator.comparingLong(Outline::firstPosition));
        long length = 0;
        for (Outline block : blocks) {
            String fault = block.fault();
            if (block.firstPosition() > length) {
                fault = BlockAssembler.missing(length);
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
        return names.size();
    }

    /** The identifier of sequence {@code index}, as a string. */
    public String name(int index) {
        return names.get(index);
    }

    /** The positions of sequence {@code index}. */
    public long length(int index) {
        return lengths.get(index);
    }

    /** The place of a sequence among them, or -1. */
    public int index(String name) {
        return indices.getOrDefault(name, -1);
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
        return lengths.stream().mapToLong(Long::longValue).sum();
    }
}
