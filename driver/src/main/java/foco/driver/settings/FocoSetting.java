package foco.driver.settings;

import foco.kernels.text.Nearest;
import foco.kernels.tile.KeyValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;

/**
 * A {@code spark.foco.*} key of Spark's settings. All that Foco knows are declared here, and no other is accepted.
 *
 * @param <T> what its value is read as
 */
public final class FocoSetting<T> {

    static final String PREFIX = "spark.foco.";

    static final FocoSetting<StrategyKind> STRATEGY = new FocoSetting<>(
            "strategy",
            StrategyKind.AUTO.toString(),
            StrategyKind.AUTO,
            "%s: see [strategies](plan-and-strategies.md)".formatted(quoted(StrategyKind.codes())),
            oneOf(StrategyKind.codes()),
            only(StrategyKind.codes(), StrategyKind::of));

    static final FocoSetting<OptionalInt> PARTITIONS = new FocoSetting<>(
            "partitions",
            "4 a core, more for long inputs",
            OptionalInt.empty(),
            "number of tasks that compute attention; never changes a result",
            "a number of tasks from 1 to 1000000",
            number(n -> n >= 1 && n <= 1_000_000, Long::parseLong, n -> OptionalInt.of(n.intValue())));

    static final FocoSetting<Integer> BLOCK_ROWS = new FocoSetting<>(
            "block.rows",
            "768",
            768,
            "rows of a block of queries, and of keys and values; another number rounds differently",
            "a multiple of 128 from 128 to 65536",
            number(n -> n >= 128 && n <= 65_536 && n % 128 == 0, Long::parseLong, Long::intValue));

    static final FocoSetting<Long> BROADCAST_BYTES = new FocoSetting<>(
            "broadcast.bytes",
            "512m",
            512L << 20,
            "keys and values that are broadcast at a time, but at least one head",
            "a size of 1 byte or more, such as 64m",
            number(n -> n >= 1, FocoSetting::size, n -> n));

    static final FocoSetting<KeyValueType> KEY_VALUE_TYPE = new FocoSetting<>(
            "kv.type",
            KeyValueType.FLOAT32.toString(),
            KeyValueType.FLOAT32,
            "how keys and values are kept and sent: `bf16` and `float16` take half the bytes and round each number once",
            oneOf(KeyValueType.codes()),
            only(KeyValueType.codes(), KeyValueType::of));

    /** Of the commands alone. */
    public static final FocoSetting<Optional<Boolean>> PROGRESS = new FocoSetting<>(
            "progress",
            "by what it prints to",
            Optional.empty(),
            "how a command shows how far it is: `true` for a line that is written over, as on a terminal; `false` for nothing; elsewhere it prints a line each minute",
            "true or false",
            only(List.of("true", "false"), text -> Optional.of(Boolean.valueOf(text))));

    private static final List<FocoSetting<?>> ALL =
            List.of(STRATEGY, PARTITIONS, BLOCK_ROWS, BROADCAST_BYTES, KEY_VALUE_TYPE, PROGRESS);

    private final String key;
    private final String defaultText;
    private final T defaultValue;
    private final String meaning;
    private final String legal;
    private final Function<String, Optional<T>> parser;

    /** @param parser gives nothing for a text that is not legal */
    private FocoSetting(
            String name,
            String defaultText,
            T defaultValue,
            String meaning,
            String legal,
            Function<String, Optional<T>> parser) {
        this.key = PREFIX + name;
        this.defaultText = defaultText;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
        this.legal = legal;
        this.parser = parser;
    }

    /** A size as Spark reads those of its own settings. */
    private static long size(String text) {
        return new SparkConf(false).set(PREFIX, text).getSizeAsBytes(PREFIX);
    }

    /** All settings, in the order in which people are told of them. */
    public static List<FocoSetting<?>> all() {
        return ALL;
    }

    /** Its name among Spark's settings. */
    public String key() {
        return key;
    }

    /** What holds where it is not set, in the words of the documentation. */
    public String defaultText() {
        return defaultText;
    }

    /** What it says, for people, in Markdown. */
    public String meaning() {
        return meaning;
    }

    /** Its row in the table of the documentation. */
    String row() {
        return "| `%s` | %s | %s |".formatted(key, defaultText, meaning);
    }

    /**
     * The value that some settings give it, or its default.
     *
     * @throws IllegalArgumentException naming the key, its value and what is legal
     */
    public T of(Map<String, String> settings) {
        String text = settings.get(key);
        if (text == null) {
            return defaultValue;
        }
        return parser.apply(text.strip())
                .orElseThrow(() ->
                        new IllegalArgumentException("%s must be %s, and is \"%s\".".formatted(key, legal, text)));
    }

    /**
     * Checks all of Foco's among Spark's settings.
     *
     * @throws IllegalArgumentException naming the key that there is not and the nearest that there is, or the key whose
     *     value is not legal
     */
    public static void check(Map<String, String> settings) {
        settings.keySet().stream()
                .filter(key -> key.startsWith(PREFIX))
                .filter(key -> ALL.stream().noneMatch(setting -> setting.key.equals(key)))
                .sorted()
                .findFirst()
                .ifPresent(key -> {
                    throw new IllegalArgumentException("There is no setting %s; the nearest is %s, and all are %s."
                            .formatted(key, nearest(key), String.join(", ", keys().toList())));
                });
        ALL.forEach(setting -> setting.of(settings));
    }

    private static Stream<String> keys() {
        return ALL.stream().map(FocoSetting::key);
    }

    private static String nearest(String key) {
        return Nearest.closest(key, keys().toList());
    }

    /** All codes but the first, which leaves the choice to Foco. */
    private static String quoted(List<String> codes) {
        return oneOf(codes.stream().skip(1).map("`%s`"::formatted).toList());
    }

    private static String oneOf(List<String> codes) {
        int last = codes.size() - 1;
        return String.join(", ", codes.subList(0, last)) + " or " + codes.get(last);
    }

    private static <T> Function<String, Optional<T>> only(List<String> codes, Function<String, T> parser) {
        return text -> codes.contains(text) ? Optional.of(parser.apply(text)) : Optional.empty();
    }

    private static <T> Function<String, Optional<T>> number(
            LongPredicate isLegal, ToLongFunction<String> form, Function<Long, T> value) {
        return text -> {
            try {
                long number = form.applyAsLong(text);
                return isLegal.test(number) ? Optional.of(value.apply(number)) : Optional.empty();
            } catch (IllegalArgumentException e) { // no number, or one beyond a long
                return Optional.empty();
            }
        };
    }
}
