package foco.kernels.text;

import foco.kernels.text.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What stands in the brackets behind a name: values by their order, values behind a label such as {@code query offset 5},
 * and flags such as {@code interleaved}. What a kind does not ask for is refused by {@link #end}.
 */
final class Arguments {

    /** @param label the words before the value, plain; empty if there are none */
    private record Argument(String label, Optional<Token> value, Optional<Arguments> call, int at) {}

    private final Tokens tokens;
    private final String name;
    private final String form;
    private final int at;
    private final List<Argument> left = new ArrayList<>();

    private Arguments(Tokens tokens, String name, String form, int at) {
        this.tokens = tokens;
        this.name = name;
        this.form = form;
        this.at = at;
    }

    /**
     * Reads them, if brackets come next.
     *
     * @param form what is legal, for messages
     */
    static Arguments read(Tokens tokens, String name, String form, int at) {
        Arguments arguments = new Arguments(tokens, name, form, at);
        if (tokens.takeSign("(") && !tokens.takeSign(")")) {
            do {
                arguments.left.add(arguments.argument());
            } while (tokens.takeSign(",;"));
            if (!tokens.takeSign(")")) {
                throw tokens.fault("a comma or a closing bracket is due; legal is %s".formatted(form));
            }
        }
        return arguments;
    }

    private Argument argument() {
        int start = tokens.peek().at();
        List<String> words = new ArrayList<>();
        while (tokens.peek().kind() == Kind.WORD) {
            words.add(tokens.take().text());
        }
        if (tokens.peek().isSign("(") && !words.isEmpty()) {
            String called = words.remove(words.size() - 1);
            return new Argument(
                    label(words), Optional.empty(), Optional.of(read(tokens, Token.plain(called), form, start)), start);
        }
        Kind kind = tokens.peek().kind();
        boolean valued = kind == Kind.NUMBER || kind == Kind.STRING;
        if (!valued && words.isEmpty()) {
            throw tokens.fault("a value is due; legal is %s".formatted(form));
        }
        Optional<Token> value = valued ? Optional.of(tokens.take()) : Optional.empty();
        return new Argument(label(words), value, Optional.empty(), start);
    }

    private static String label(List<String> words) {
        return Token.plain(String.join("", words));
    }

    String name() {
        return name;
    }

    int at() {
        return at;
    }

    private Optional<Argument> take(String label, boolean valued) {
        Optional<Argument> found = left.stream()
                .filter(argument -> argument.label.equals(label) && argument.value.isPresent() == valued)
                .findFirst();
        found.ifPresent(left::remove);
        return found;
    }

    private Argument next(String what) {
        return take("", true).orElseThrow(() -> fault(at, "%s is missing".formatted(what)));
    }

    /** The next whole number without a label. */
    long whole(String what) {
        return whole(next(what), what);
    }

    /** The whole number behind a label, or the next one without a label. */
    long wholeOf(String label, long otherwise) {
        return take(Token.plain(label), true)
                .or(() -> take("", true))
                .map(argument -> whole(argument, label))
                .orElse(otherwise);
    }

    /** The whole number behind a label. */
    long labelled(String label, long otherwise) {
        return take(Token.plain(label), true)
                .map(argument -> whole(argument, label))
                .orElse(otherwise);
    }

    private long whole(Argument argument, String what) {
        try {
            return Long.parseLong(argument.value.orElseThrow().text());
        } catch (NumberFormatException e) {
            throw fault(argument.at, "%s must be a whole number within 64 bits".formatted(what));
        }
    }

    double number(String what) {
        return number(next(what), what);
    }

    /** The next number without a label, if there is one. */
    Optional<Double> numberIfGiven(String what) {
        return take("", true).map(argument -> number(argument, what));
    }

    /** The number behind a label. */
    double labelledNumber(String label, double otherwise) {
        return take(Token.plain(label), true)
                .map(argument -> number(argument, label))
                .orElse(otherwise);
    }

    private double number(Argument argument, String what) {
        Token value = argument.value.orElseThrow();
        if (value.kind() != Kind.NUMBER) {
            throw fault(argument.at, "%s must be a number".formatted(what));
        }
        return Numbers.parse(value.text());
    }

    /** All numbers without a label that are left. */
    float[] floats() {
        List<Float> all = new ArrayList<>();
        for (Optional<Argument> next = take("", true); next.isPresent(); next = take("", true)) {
            Token value = next.get().value.orElseThrow();
            if (value.kind() != Kind.NUMBER) {
                throw fault(next.get().at, "a number is due");
            }
            all.add(Numbers.parseFloat(value.text()));
        }
        float[] floats = new float[all.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = all.get(i);
        }
        return floats;
    }

    /** All whole numbers without a label that are left. */
    long[] wholes(String what) {
        List<Long> all = new ArrayList<>();
        for (Optional<Argument> next = take("", true); next.isPresent(); next = take("", true)) {
            all.add(whole(next.get(), what));
        }
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    /** All strings that are left, one or more, each with its place. */
    List<Token> strings(String what) {
        List<Token> all = new ArrayList<>();
        for (Optional<Argument> next = take("", true); next.isPresent(); next = take("", true)) {
            Token value = next.get().value.orElseThrow();
            if (value.kind() != Kind.STRING) {
                throw fault(value.at(), "%s in quotation marks is due".formatted(what));
            }
            all.add(value);
        }
        if (all.isEmpty()) {
            throw fault(at, "%s in quotation marks is missing".formatted(what));
        }
        return all;
    }

    boolean flag(String word) {
        return take(Token.plain(word), false)
                .filter(found -> found.call.isEmpty())
                .isPresent();
    }

    /** What is called behind a label, as in {@code scaling linear(2)}. */
    Optional<Arguments> call(String label) {
        return take(Token.plain(label), false).flatMap(Argument::call);
    }

    /** @throws IllegalArgumentException if something was given that nobody asked for */
    void end() {
        if (!left.isEmpty()) {
            throw fault(left.get(0).at, "this is more than %s takes".formatted(name));
        }
    }

    SpecFault fault(int place, String complaint) {
        return tokens.fault(place, "%s; legal is %s".formatted(complaint, form));
    }
}
