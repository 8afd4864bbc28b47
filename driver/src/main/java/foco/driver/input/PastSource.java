package foco.driver.input;

import foco.driver.block.InvalidInputException;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.driver.block.VectorColumn;
import foco.driver.settings.FocoConf;
import foco.driver.table.TokenTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a user said of the tokens before the new ones: a table of their keys and values, blocks of them, or only how many
 * they are.
 *
 * @param offsets how many, by the name of the sequence
 * @param everywhere how many in a sequence that has no entry there
 */
public record PastSource(
        Optional<Dataset<Row>> table, Optional<TokenBlocks> blocks, Map<String, Long> offsets, long everywhere) {

    public static final PastSource NONE = new PastSource(Optional.empty(), Optional.empty(), Map.of(), 0);

    public PastSource with(Dataset<Row> keysAndValues) {
        requireNoOffset();
        return new PastSource(Optional.of(keysAndValues), Optional.empty(), Map.of(), 0);
    }

    public PastSource with(TokenBlocks keysAndValues) {
        requireNoOffset();
        return new PastSource(Optional.empty(), Optional.of(keysAndValues), Map.of(), 0);
    }

    public PastSource with(Map<String, Long> queryOffsets, long otherwise) {
        if (isGiven()) {
            throw new IllegalArgumentException("A past says where queries stand; leave out the query offset.");
        }
        return new PastSource(Optional.empty(), Optional.empty(), Map.copyOf(queryOffsets), otherwise);
    }

    private void requireNoOffset() {
        if (isOffset()) {
            throw new IllegalArgumentException("A past says where queries stand; leave out the query offset.");
        }
    }

    private boolean isGiven() {
        return table.isPresent() || blocks.isPresent();
    }

    /** Whether it is said where queries stand and no keys are given. */
    public boolean isOffset() {
        return everywhere != 0 || !offsets.isEmpty();
    }

    /**
     * Reads and checks it.
     *
     * @param opened takes what is to be closed
     * @throws InvalidInputException naming the first place where the past is not as it should be
     */
    public InputBlocks.Past read(FocoConf conf, List<TokenBlocks> opened, VectorColumn... columns) {
        if (table.isPresent()) {
            try {
                Optional<TokenBlocks> read = TokenTable.readIfAny(table.get(), conf, columns);
                read.ifPresent(opened::add);
                return read.map(InputBlocks.Past::of).orElse(InputBlocks.Past.NONE);
            } catch (InvalidInputException e) {
                String line = e.getMessage();
                throw new InvalidInputException(
                        "The past: %s%s".formatted(Character.toLowerCase(line.charAt(0)), line.substring(1)));
            }
        }
        return blocks.map(InputBlocks.Past::of)
                .orElse(new InputBlocks.Past(Optional.empty(), offsets, everywhere, true));
    }

    /** The same by the numbers of rows alone: nothing is read besides. */
    public InputBlocks.Past count() {
        if (table.isEmpty()) {
            return blocks.map(InputBlocks.Past::of)
                    .orElse(new InputBlocks.Past(Optional.empty(), offsets, everywhere, true));
        }
        Sequences counted = TokenTable.count(table.get());
        Map<String, Long> lengths = new HashMap<>();
        IntStream.range(0, counted.count()).forEach(s -> lengths.put(counted.name(s), counted.length(s)));
        return new InputBlocks.Past(Optional.empty(), lengths, 0, false);
    }

    /** The keys of sequences whose new tokens are counted. */
    public Sequences before(Sequences tokens, InputBlocks.Past counted) {
        if (!isGiven()) {
            return tokens;
        }
        Map<String, Long> keys = new TreeMap<>(counted.lengths());
        IntStream.range(0, tokens.count()).forEach(s -> keys.merge(tokens.name(s), tokens.length(s), Long::sum));
        return Sequences.of(keys);
    }
}
