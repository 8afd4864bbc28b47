package foco.kernels.text;

import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.kernels.text.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads a spec's clauses, which come in any order: settings, score modifiers, sinks, a rotary embedding and one mask. */
final class SpecParser {

    static final String HEADS = "heads";
    static final String KEY_VALUE_HEADS = "key/value heads";
    static final String WIDTH = "width";
    static final String VALUE_WIDTH = "value width";
    static final String SCALE = "scale";

    private static final String SINKS = "sinks";
    private static final String ROTARY = "rotary";
    private static final String NOT = "not";
    private static final String MASK_BY_SEQUENCE = "by sequence";
    private static final String SCORES_BY_SEQUENCE = "scores by sequence";

    /** Other names for settings: those of the commands' options and of {@code AttentionSpec}. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of("kvheads", KEY_VALUE_HEADS, "keyvalueheads", KEY_VALUE_HEADS, "keywidth", WIDTH);

    private static final List<String> SETTINGS = List.of(HEADS, KEY_VALUE_HEADS, WIDTH, VALUE_WIDTH, SCALE);

    private static final Set<String> SETTING_NAMES =
            new TreeSet<>(Stream.concat(SETTINGS.stream().map(Token::plain), OTHER_NAMES.keySet().stream())
                    .toList());

    private final Tokens tokens;
    private final Map<String, Double> settings = new LinkedHashMap<>();
    private final List<Part<ScoreModifier>> scores = new ArrayList<>();
    private Optional<List<Float>> sinks = Optional.empty();
    private Optional<Part<RotaryEmbedding>> rotary = Optional.empty();
    private Optional<Mask> mask = Optional.empty();

    SpecParser(String text) {
        this.tokens = new Tokens(text);
    }

    SpecText spec() {
        while (tokens.peek().kind() != Kind.END) {
            clause();
            while (tokens.takeSign(",;")) {
                continue; // clauses may be parted by signs or not
            }
        }
        return new SpecText(settings, scores, sinks.orElse(List.of()), rotary, mask.orElse(Mask.full()));
    }

    /** A text that is one mask and nothing else. */
    Mask maskAlone() {
        Mask alone = either();
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.fault("the mask ends before this; between masks stands and or or");
        }
        return alone;
    }

    private void clause() {
        int at = tokens.peek().at();
        Optional<String> setting = tokens.takeName(SETTING_NAMES);
        if (setting.isPresent()) {
            setting(setting.get(), at);
        } else if (tokens.takeName(Set.of(SINKS)).isPresent()) {
            requireFirst(sinks.isEmpty(), SINKS, at);
            sinks = Optional.of(sinks(at));
        } else if (tokens.takeName(Set.of(ROTARY)).isPresent()) {
            requireFirst(rotary.isEmpty(), ROTARY, at);
            rotary = Optional.of(call(ROTARY, RotaryText.FORM, at, RotaryText::read));
        } else {
            maskOrScore(at);
        }
    }

    private void maskOrScore(int at) {
        Optional<IntFunction<ScoreModifier>> score = score();
        if (score.isPresent()) {
            Optional<String> text = placed(at, () -> score.get().apply(1)).text();
            scores.add(new Part<>(text.orElseThrow(() -> tooLarge(at)), score.get()));
        } else if (startsMask()) {
            if (mask.isPresent()) {
                throw tokens.fault("this is a second mask; put and or or between the two");
            }
            mask = Optional.of(either());
            mask.flatMap(Mask::text).orElseThrow(() -> tooLarge(at));
        } else {
            throw unknown(at, names());
        }
    }

    private SpecFault tooLarge(int at) {
        return tokens.fault(at, "this holds more than 65,536 numbers, which belong into a file");
    }

    private void setting(String plain, int at) {
        String name = OTHER_NAMES.getOrDefault(
                plain,
                SETTINGS.stream()
                        .filter(each -> Token.plain(each).equals(plain))
                        .findFirst()
                        .orElse(KEY_VALUE_HEADS));
        tokens.takeSign("=:");
        boolean brackets = tokens.takeSign("(");
        Token value = tokens.take();
        if (value.kind() != Kind.NUMBER || !name.equals(SCALE) && !value.text().matches("\\d{1,9}")) {
            throw tokens.fault(
                    value.at(),
                    "%s takes a %s, as in %1$s %s"
                            .formatted(
                                    name,
                                    name.equals(SCALE) ? "number" : "whole number",
                                    name.equals(SCALE) ? "0.125" : "8"));
        }
        if (brackets && !tokens.takeSign(")")) {
            throw tokens.fault("a closing bracket is due");
        }
        requireFirst(settings.put(name, Numbers.parse(value.text())) == null, name, at);
    }

    private void requireFirst(boolean first, String name, int at) {
        if (!first) {
            throw tokens.fault(at, "%s is given twice".formatted(name));
        }
    }

    private List<Float> sinks(int at) {
        float[] all = call(SINKS, "sinks(LOGIT, LOGIT, ...), one for each head", at, Arguments::floats);
        List<Float> logits = new ArrayList<>();
        for (float logit : all) {
            logits.add(logit);
        }
        if (logits.isEmpty()) {
            throw tokens.fault(at, "sinks takes a number for each head, as in sinks(0.5, 1)");
        }
        return logits;
    }

    /** Reads what stands in brackets and makes something of it, all of it. */
    private <T> T call(String name, String form, int at, Function<Arguments, T> make) {
        Arguments arguments = Arguments.read(tokens, name, form, at);
        return placed(at, () -> {
            T made = make.apply(arguments);
            arguments.end();
            return made;
        });
    }

    /** Numbers out of range are told of with their place. */
    private <T> T placed(int at, Supplier<T> make) {
        try {
            return make.get();
        } catch (SpecFault e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw tokens.fault(at, e.getMessage().replaceFirst("\\.$", ""));
        }
    }

    /** A score modifier, if one comes next. */
    private Optional<IntFunction<ScoreModifier>> score() {
        int at = tokens.peek().at();
        if (tokens.takeName(Set.of(Token.plain(SCORES_BY_SEQUENCE))).isPresent()) {
            Map<String, IntFunction<ScoreModifier>> all = bySequence(SCORES_BY_SEQUENCE, this::requiredScore);
            return Optional.of(heads -> {
                Map<String, ScoreModifier> modifiers = new HashMap<>();
                all.forEach((sequence, modifier) -> modifiers.put(sequence, modifier.apply(heads)));
                return ScoreModifier.bySequence(modifiers);
            });
        }
        return tokens.takeName(ScoreKind.ALL.keySet()).map(name -> {
            ScoreKind kind = ScoreKind.ALL.get(name);
            return call(kind.name(), kind.form(), at, kind.make());
        });
    }

    private IntFunction<ScoreModifier> requiredScore() {
        int at = tokens.peek().at();
        return score().orElseThrow(() ->
                unknown(at, ScoreKind.ALL.values().stream().map(ScoreKind::name).toList()));
    }

    private <T> Map<String, T> bySequence(String name, Supplier<T> part) {
        Map<String, T> all = new LinkedHashMap<>();
        String form = "%s('NAME': ..., 'NAME': ...)".formatted(name);
        if (!tokens.takeSign("(")) {
            throw tokens.fault("an opening bracket is due; legal is %s".formatted(form));
        }
        do {
            Token sequence = tokens.take();
            if (sequence.kind() != Kind.STRING || !tokens.takeSign(":=")) {
                throw tokens.fault(
                        sequence.at(), "a name in quotation marks and a colon are due; legal is %s".formatted(form));
            }
            if (all.put(sequence.text(), part.get()) != null) {
                throw tokens.fault(sequence.at(), "this sequence is named twice");
            }
        } while (tokens.takeSign(",;"));
        if (!tokens.takeSign(")")) {
            throw tokens.fault("a comma or a closing bracket is due; legal is %s".formatted(form));
        }
        return all;
    }

    private boolean startsMask() {
        Token next = tokens.peek();
        if (next.isSign("(") || next.isWord(NOT)) {
            return true;
        }
        return tokens.comesName(MaskKind.ALL.keySet()) || tokens.comesName(Set.of(Token.plain(MASK_BY_SEQUENCE)));
    }

    private Mask either() {
        Mask left = both();
        while (tokens.takeWord("or")) {
            left = left.or(both());
        }
        return left;
    }

    private Mask both() {
        Mask left = one();
        while (tokens.takeWord("and")) {
            left = left.and(one());
        }
        return left;
    }

    private Mask one() {
        int at = tokens.peek().at();
        if (tokens.takeWord(NOT)) {
            return one().not();
        }
        if (tokens.takeSign("(")) {
            Mask inner = either();
            if (!tokens.takeSign(")")) {
                throw tokens.fault("a closing bracket, and or or is due");
            }
            return inner;
        }
        if (tokens.takeName(Set.of(Token.plain(MASK_BY_SEQUENCE))).isPresent()) {
            return Mask.bySequence(bySequence(MASK_BY_SEQUENCE, this::either));
        }
        MaskKind kind = tokens.takeName(MaskKind.ALL.keySet())
                .map(MaskKind.ALL::get)
                .orElseThrow(() -> unknown(at, maskNames()));
        return call(kind.name(), kind.form(), at, kind.make());
    }

    private static List<String> maskNames() {
        return Stream.concat(MaskKind.ALL.values().stream().map(MaskKind::name), Stream.of(MASK_BY_SEQUENCE, NOT))
                .toList();
    }

    private static List<String> names() {
        return Stream.of(
                        SETTINGS.stream(),
                        Stream.of(SINKS, ROTARY),
                        ScoreKind.ALL.values().stream().map(ScoreKind::name),
                        Stream.of(SCORES_BY_SEQUENCE),
                        maskNames().stream())
                .flatMap(each -> each)
                .toList();
    }

    private SpecFault unknown(int at, List<String> legal) {
        Token next = tokens.peek();
        String meant = Nearest.to(next.text(), legal)
                .map(name -> "; do you mean %s?".formatted(name))
                .orElse("");
        String what =
                next.kind() == Kind.WORD ? "%s is not known here%s".formatted(next.text(), meant) : "a name is due";
        return tokens.fault(
                at, "%s%s Legal here: %s".formatted(what, what.endsWith("?") ? "" : ".", String.join(", ", legal)));
    }
}
