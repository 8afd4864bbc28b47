package foco.driver.file;

import foco.driver.block.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Python dictionary in an {@code .npy} header: exactly the keys {@code descr}, {@code fortran_order} and
 * {@code shape}, in any order. Reads that much of Python's literals and no more.
 */
final class NpyLiteral {
    private static final String KEYS = "descr, fortran_order and shape";
    private static final int DEEPEST = 16;

    private final String text;
    private final String name;
    private final Map<String, Object> entries = new HashMap<>();
    private int at;
    private int depth;

    private NpyLiteral(String text, String name) {
        this.text = text;
        this.name = name;
    }

    /**
     * @param name the file, as messages call it
     * @throws InvalidInputException if the text is not such a dictionary
     */
    static NpyLiteral parse(String text, String name) {
        NpyLiteral literal = new NpyLiteral(text, name);
        literal.dictionary();
        if (!literal.entries.keySet().equals(Set.of("descr", "fortran_order", "shape"))) {
            throw literal.malformed("its keys are not " + KEYS);
        }
        return literal;
    }

    String descr() {
        if (entries.get("descr") instanceof String descr) {
            return descr;
        }
        throw new InvalidInputException(
                name + " holds records of several fields; save one field, as an array of numbers, with numpy.save");
    }

    boolean fortranOrder() {
        if (entries.get("fortran_order") instanceof Boolean order) {
            return order;
        }
        throw malformed("fortran_order is neither True nor False");
    }

    List<Long> shape() {
        if (entries.get("shape") instanceof List<?> shape && shape.stream().allMatch(Long.class::isInstance)) {
            return shape.stream().map(Long.class::cast).toList();
        }
        throw malformed("shape is not a tuple of integers");
    }

    private void dictionary() {
        expect('{');
        while (!skip('}')) {
            String key = string();
            expect(':');
            if (entries.put(key, value()) != null) {
                throw malformed("it gives " + key + " twice");
            }
            if (!skip(',')) {
                expect('}');
                break;
            }
        }
        if (peek() != 0) {
            throw malformed("something follows its dictionary");
        }
    }

    private Object value() {
        char next = peek();
        if (next == '\'' || next == '"') {
            return string();
        }
        if (next == '(') {
            return sequence('(', ')');
        }
        if (next == '[') {
            // The fields of a record type: read far enough to say so.
            return Map.of("fields", sequence('[', ']'));
        }
        if (Character.isDigit(next)) {
            return integer();
        }
        return bool();
    }

    private List<Object> sequence(char open, char close) {
        expect(open);
        if (++depth > DEEPEST) {
            throw malformed("its brackets nest more than " + DEEPEST + " deep");
        }
        List<Object> items = new ArrayList<>();
        while (!skip(close)) {
            items.add(value());
            if (!skip(',')) {
                expect(close);
                break;
            }
        }
        depth--;
        return items;
    }

    private String string() {
        char quote = peek();
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw malformed("a quoted word is missing at character " + at);
        }
        String word = text.substring(at + 1, end);
        at = end + 1;
        return word;
    }

    private Long integer() {
        int start = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        String digits = text.substring(start, at);
        // Python 2 wrote its long integers as 3L.
        if (at < text.length() && text.charAt(at) == 'L') {
            at++;
        }
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException e) {
            throw malformed(digits + " is beyond any length of an array");
        }
    }

    private Boolean bool() {
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw malformed("nothing that Foco knows stands at character " + at);
    }

    private void expect(char wanted) {
        if (!skip(wanted)) {
            throw malformed("'" + wanted + "' is missing at character " + at);
        }
    }

    private boolean skip(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** The next character that is not blank, or 0 at the end. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private InvalidInputException malformed(String why) {
        return new InvalidInputException("%s has a damaged header (%s): %s; save it again with numpy.save"
                .formatted(name, Quotation.quoted(why), Quotation.quoted(text.strip())));
    }
}
