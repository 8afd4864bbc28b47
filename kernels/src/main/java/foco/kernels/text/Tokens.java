package foco.kernels.text;

import foco.kernels.text.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens of a text, one after another. */
final class Tokens {

    private static final Pattern TOKEN =
            Pattern.compile("(?<number>[+-]?(?:(?i:inf(?:inity)?)\\b|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?))"
                    + "|(?<word>[A-Za-z][A-Za-z0-9_/-]*)"
                    + "|'(?<single>[^']*)'|\"(?<double>[^\"]*)\""
                    + "|(?<sign>[(),;:=])");

    /** A name is of so many words at most. */
    private static final int LONGEST_NAME = 3;

    /** So much of the text is shown with a complaint. */
    private static final int SHOWN = 30;

    private final String text;
    private final List<Token> all = new ArrayList<>();
    private int next;

    Tokens(String text) {
        this.text = text;
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            if (!matcher.region(at, text.length()).lookingAt()) {
                throw fault(at, "%s is no part of a spec".formatted(text.charAt(at)));
            }
            all.add(token(matcher, at));
            at = matcher.end();
        }
        all.add(new Token(Kind.END, "", text.length()));
    }

    private static Token token(Matcher matcher, int at) {
        if (matcher.group("number") != null) {
            return new Token(Kind.NUMBER, matcher.group("number"), at);
        }
        if (matcher.group("word") != null) {
            return new Token(Kind.WORD, matcher.group("word"), at);
        }
        if (matcher.group("sign") != null) {
            return new Token(Kind.SIGN, matcher.group("sign"), at);
        }
        String single = matcher.group("single");
        return new Token(Kind.STRING, single == null ? matcher.group("double") : single, at);
    }

    Token peek() {
        return all.get(next);
    }

    Token take() {
        Token token = peek();
        next += token.kind() == Kind.END ? 0 : 1;
        return token;
    }

    /** Takes one of these signs if it comes next. */
    boolean takeSign(String signs) {
        boolean is = peek().isSign(signs);
        next += is ? 1 : 0;
        return is;
    }

    boolean takeWord(String word) {
        boolean is = peek().isWord(word);
        next += is ? 1 : 0;
        return is;
    }

    /** Whether one of these names comes next. */
    boolean comesName(Set<String> plainNames) {
        int start = next;
        boolean comes = takeName(plainNames).isPresent();
        next = start;
        return comes;
    }

    /** Takes the longest of these names that comes next, of several words perhaps. */
    Optional<String> takeName(Set<String> plainNames) {
        for (int words = LONGEST_NAME; words > 0; words--) {
            StringBuilder name = new StringBuilder();
            boolean allWords = true;
            for (int i = next; i < next + words && allWords; i++) {
                allWords = i < all.size() && all.get(i).kind() == Kind.WORD;
                name.append(allWords ? all.get(i).text() : "");
            }
            if (allWords && plainNames.contains(Token.plain(name.toString()))) {
                next += words;
                return Optional.of(Token.plain(name.toString()));
            }
        }
        return Optional.empty();
    }

    /** A complaint about what comes next. */
    SpecFault fault(String complaint) {
        return fault(peek().at(), complaint);
    }

    /** A complaint about what stands at a place. */
    SpecFault fault(int at, String complaint) {
        String rest = text.substring(at).strip();
        String shown = rest.isEmpty()
                ? "at its end"
                : "at character %d, \"%s\""
                        .formatted(at + 1, rest.length() > SHOWN ? rest.substring(0, SHOWN) + "..." : rest);
        return new SpecFault("In the spec, %s: %s.".formatted(shown, complaint));
    }
}
