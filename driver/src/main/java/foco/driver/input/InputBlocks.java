package foco.driver.input;

import foco.driver.block.BlockCheck;
import foco.driver.block.InvalidInputException;
import foco.driver.block.Sequences;
import foco.driver.block.TokenBlocks;
import foco.driver.shared.Shared;
import foco.driver.strategy.AttentionInput;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes the input of one computation: the past goes before the keys, and what is not turned yet is turned. */
public record InputBlocks(AttentionSpec spec, Optional<RotaryEmbedding> rotary, Past past) {

    public static final String QUERY = "query";
    public static final String KEY = "key";
    public static final String VALUE = "value";

    /** Tokens with queries, keys and values. */
    public AttentionInput of(TokenBlocks tokens) {
        require(tokens, QUERY, spec.heads(), spec.keyWidth());
        require(tokens, KEY, spec.keyValueHeads(), spec.keyWidth());
        require(tokens, VALUE, spec.keyValueHeads(), spec.valueWidth());
        if (!past.isNone()) {
            return of(tokens, tokens.select(KEY, VALUE));
        }
        BlockCheck.requireSound(tokens);
        TokenBlocks all = tokens;
        Optional<Shared<RotaryEmbedding>> shared = shared(tokens);
        if (shared.isPresent()) {
            Sequences lengths = tokens.sequences();
            all = all.rotated(all.column(QUERY), shared.get(), lengths, Map.of(), Map.of())
                    .rotated(all.column(KEY), shared.get(), lengths, Map.of(), Map.of());
        }
        return new AttentionInput(
                all, all.column(QUERY), all, all.column(KEY), all.column(VALUE), shared, offsets(all.sequences()));
    }

    /** Queries, and keys and values. */
    public AttentionInput of(TokenBlocks queries, TokenBlocks keysAndValues) {
        require(keysAndValues, VALUE, spec.keyValueHeads(), spec.valueWidth());
        return of(queries, keysAndValues.select(KEY, VALUE), VALUE);
    }

    /** Queries, and keys; what reads it asks for no values. */
    public AttentionInput ofKeys(TokenBlocks queries, TokenBlocks keys) {
        return of(queries, keys.select(KEY), KEY);
    }

    private AttentionInput of(TokenBlocks queries, TokenBlocks keys, String values) {
        require(queries, QUERY, spec.heads(), spec.keyWidth());
        require(keys, KEY, spec.keyValueHeads(), spec.keyWidth());
        TokenBlocks all = past.before(keys);
        past.requireSequences(queries.sequences(), all.sequences());
        requireKeys(queries.sequences(), all.sequences());
        BlockCheck.requireSound(queries, all);
        TokenBlocks turned = queries;
        Optional<Shared<RotaryEmbedding>> shared = shared(queries);
        if (shared.isPresent()) {
            Map<String, Long> shifts = queries.hasRotaryPositions() ? Map.of() : past.offsets(queries.sequences());
            turned = queries.rotated(queries.column(QUERY), shared.get(), all.sequences(), Map.of(), shifts);
            all = all.rotated(all.column(KEY), shared.get(), all.sequences(), past.turned(), Map.of());
        }
        return new AttentionInput(
                turned,
                turned.column(QUERY),
                all,
                all.column(KEY),
                all.column(values),
                shared,
                offsets(queries.sequences()));
    }

    private List<Long> offsets(Sequences queries) {
        Map<String, Long> byName = past.offsets(queries);
        return IntStream.range(0, queries.count())
                .mapToObj(s -> byName.get(queries.name(s)))
                .toList();
    }

    private static void require(TokenBlocks blocks, String column, int heads, int width) {
        int elements = blocks.columns().get(blocks.column(column)).elements();
        if (elements != heads * width) {
            throw new InvalidInputException("The %s of a token has %d elements, where %d x %d = %d are due."
                    .formatted(column, elements, heads, width, heads * width));
        }
    }

    private Optional<Shared<RotaryEmbedding>> shared(TokenBlocks blocks) {
        return rotary.map(embedding -> Shared.of(blocks.context(), embedding));
    }

    public static void requireKeys(Sequences queries, Sequences keys) {
        for (int s = 0; s < queries.count(); s++) {
            if (keys.index(queries.name(s)) < 0) {
                throw new InvalidInputException(
                        "Sequence %s has queries but no keys; give it keys and values, or leave it out."
                                .formatted(queries.name(s)));
            }
        }
    }

    /** What to compute, each sequence's queries standing where they do. */
    public AttentionSpec spec(Sequences queries) {
        if (past.isNone()) {
            return spec;
        }
        Map<String, Long> offsets = past.offsets(queries);
        try {
            List<Long> unlike = offsets.values().stream().distinct().toList();
            return unlike.size() == 1
                    ? spec.shifted(unlike.get(0))
                    : spec.withMask(spec.mask().shifted(offsets))
                            .withScores(spec.scores().stream()
                                    .map(score -> score.shifted(offsets))
                                    .toList());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(e.getMessage());
        }
    }

    /**
     * Where the new tokens of each sequence stand, and the keys and values of the tokens before them: a decoder's cache.
     *
     * @param blocks the keys and values to put before, if there are any
     * @param lengths the keys before a sequence's first query, by its name
     * @param everywhere those before the first query of a sequence that has no entry there
     * @param isOffset whether these are only said, and no keys were given
     */
    public record Past(Optional<TokenBlocks> blocks, Map<String, Long> lengths, long everywhere, boolean isOffset) {

        /** The sequences that a message names at most. */
        private static final int NAMED = 5;

        /** Queries stand at their own positions. */
        public static final Past NONE = new Past(Optional.empty(), Map.of(), 0, true);

        public static Past of(TokenBlocks blocks) {
            Sequences sequences = blocks.sequences();
            Map<String, Long> lengths = new HashMap<>();
            IntStream.range(0, sequences.count()).forEach(s -> lengths.put(sequences.name(s), sequences.length(s)));
            return new Past(Optional.of(blocks), lengths, 0, false);
        }

        /**
         * Checks that each sequence that stands somewhere of its own is there.
         *
         * @param queries the sequences of the queries
         * @param keys those of all keys, the past's among them
         * @throws InvalidInputException naming a sequence that is not among those of the queries and of the further keys
         */
        public void requireSequences(Sequences queries, Sequences keys) {
            for (String name : new TreeSet<>(lengths.keySet())) {
                int key = keys.index(name);
                boolean furtherKeys = key >= 0 && (isOffset || keys.length(key) > lengths.get(name));
                if (queries.index(name) < 0 && !furtherKeys) {
                    throw new InvalidInputException(
                            "%s sequence %s, and the tokens' sequences are %s; name it as the tokens do, or leave it out."
                                    .formatted(
                                            isOffset ? "There is a query offset for" : "The past has keys of",
                                            name,
                                            some(queries)));
                }
            }
        }

        private static String some(Sequences sequences) {
            String names = IntStream.range(0, Math.min(sequences.count(), NAMED))
                    .mapToObj(sequences::name)
                    .collect(Collectors.joining(", "));
            return sequences.count() > NAMED ? "%s and %,d more".formatted(names, sequences.count() - NAMED) : names;
        }

        /** Whether queries stand at their own positions. */
        boolean isNone() {
            return blocks.isEmpty() && everywhere == 0 && lengths.isEmpty();
        }

        /** The keys before the first query of each sequence. */
        Map<String, Long> offsets(Sequences queries) {
            Map<String, Long> offsets = new HashMap<>();
            IntStream.range(0, queries.count())
                    .mapToObj(queries::name)
                    .forEach(name -> offsets.put(name, lengths.getOrDefault(name, everywhere)));
            return offsets;
        }

        /** The keys that were turned before, by sequence. */
        Map<String, Long> turned() {
            return blocks.isEmpty() ? Map.of() : lengths;
        }

        /** The past's keys, and values if those have them, and after them some further ones. */
        TokenBlocks before(TokenBlocks keys) {
            String[] names =
                    keys.columns().stream().map(column -> column.name()).toArray(String[]::new);
            return blocks.map(past -> keys.after(past.select(names))).orElse(keys);
        }
    }
}
