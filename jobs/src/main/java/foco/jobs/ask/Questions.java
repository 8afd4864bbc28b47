package foco.jobs.ask;

import foco.driver.block.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Questions as people write them. Some words decide what is asked; what stands between them does not matter. */
final class Questions {

    /** One for each kind. */
    static final List<String> EXAMPLES = List.of(
            "what does token 1204 attend to in layer 3, head 5?",
            "what attends to \"a sentence of the text\"?",
            "where do heads agree?",
            "how do the occurrences of WORD differ?",
            "strongest links in layer 2?",
            "what kinds of heads are there?");

    private static final int WORDS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    private static final Pattern LAYER = Pattern.compile("\\blayer\\s+(\\d+)", WORDS);
    private static final Pattern HEAD = Pattern.compile("\\bhead\\s+(\\d+)", WORDS);
    private static final Pattern QUOTED = Pattern.compile("[\"\u201c\u201e]([^\"\u201c\u201d]+)[\"\u201c\u201d]");
    private static final Pattern TOKEN = Pattern.compile("\\btoken\\s+(\\d[\\d,]*)", WORDS);
    private static final Pattern OCCURRENCES =
            Pattern.compile("\\boccurrences?\\s+of\\s+(?:the\\s+word\\s+)?([^\\s?]+)", WORDS);
    private static final Pattern INCOMING = Pattern.compile(
            "\\b(what|who|which\\s+\\w+)\\s+(attends?|looks?)\\s+(to|at)\\b|\\battended\\s+by\\b|\\battended\\s+to\\s+by\\b",
            WORDS);
    private static final Pattern OUTGOING = Pattern.compile("\\b(attends?|looks?)\\s*(to|at)?\\b", WORDS);

    private Questions() {}

    /** @throws InvalidInputException if it is none that Foco answers */
    static Question parse(String text) {
        Scope scope = new Scope(number(LAYER, text), number(HEAD, text));
        String bare = QUOTED.matcher(text).replaceAll(" ").toLowerCase(Locale.ROOT);
        Matcher occurrences = OCCURRENCES.matcher(text);
        if (occurrences.find()) {
            Matcher quoted = QUOTED.matcher(text);
            return new Question.Occurrences(quoted.find() ? quoted.group(1).strip() : occurrences.group(1), scope);
        }
        if (bare.contains("agree")) {
            return new Question.Agreement(scope);
        }
        if (bare.matches(".*\\blinks?\\b.*")) {
            return new Question.Links(scope);
        }
        if (INCOMING.matcher(bare).find()) {
            return new Question.AttendedBy(target(text), scope);
        }
        if (OUTGOING.matcher(bare).find()) {
            return new Question.AttendsTo(target(text), scope);
        }
        if (bare.matches(".*\\bheads?\\b.*")
                && (bare.contains("kind") || bare.contains("which") || bare.contains("list"))) {
            return new Question.Heads(scope);
        }
        throw new InvalidInputException(
                "\"%s\" is not understood; ask for example: %s".formatted(text.strip(), String.join(" | ", EXAMPLES)));
    }

    private static OptionalInt number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? OptionalInt.of(whole(found.group(1))) : OptionalInt.empty();
    }

    private static int whole(String digits) {
        String plain = digits.replace(",", "");
        return plain.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(plain);
    }

    private static Target target(String text) {
        Matcher token = TOKEN.matcher(text);
        if (token.find()) {
            return new Target.Position(whole(token.group(1)));
        }
        Matcher quoted = QUOTED.matcher(text);
        if (quoted.find()) {
            return new Target.Passage(quoted.group(1).strip());
        }
        throw new InvalidInputException(
                "\"%s\" names no token; write token N, or words of the text in quotes".formatted(text.strip()));
    }
}
