package foco.jobs.demo;

import foco.driver.block.InvalidInputException;
import foco.driver.text.TokenizedText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A word of the text whose attention the demo shows.
 *
 * @param position of the word's first token
 * @param note what the word means there, or how it was chosen; may be empty
 */
record Spot(int position, String note) {
    private static final int OCCURRENCES = 4;
    private static final int[] SHORTEST = {5, 3};

    /** A place in the essay: some words that stand there only, and the last of them in one of its meanings. */
    private record Sense(String phrase, String meaning) {}

    private static final List<Sense> ESSAY = List.of(
            new Sense("É um banco", "a bench"),
            new Sense("o banco da barra, o banco", "a sandbank"),
            new Sense("river with a green bank", "the side of a river"),
            new Sense("looking at a bank, and wet to the knee from a bank", "a sandbank"),
            new Sense("on still water a dog's bark", "what a dog says"),
            new Sense("stands a tree whose bark", "what a tree wears"));

    /** The words of the essay that ships with Foco: pairs that are spelled alike and mean two things. */
    static List<Spot> ofEssay(TokenizedText essay) {
        return ESSAY.stream()
                .map(sense -> {
                    // The essay's lines may break anywhere.
                    Matcher found =
                            Pattern.compile(sense.phrase().replace(" ", "\\s+")).matcher(essay.text());
                    if (!found.find()) {
                        throw new IllegalStateException("the essay does not hold: " + sense.phrase());
                    }
                    return new Spot(essay.firstOfWord(essay.at(found.end() - 1)), sense.meaning());
                })
                .toList();
    }

    /** @throws InvalidInputException if the text does not hold the word */
    static List<Spot> ofWord(TokenizedText text, String word) {
        int[] found = text.occurrences(word);
        if (found.length == 0) {
            throw new InvalidInputException(
                    "the text has no word '%s'; give one that it has, spelled as it stands there".formatted(word));
        }
        return IntStream.range(0, Math.min(OCCURRENCES, found.length))
                .mapToObj(i -> new Spot(found[i], "occurrence %d of %d".formatted(i + 1, found.length)))
                .toList();
    }

    /** @throws InvalidInputException if the text has no such token */
    static Spot ofPosition(TokenizedText text, int position) {
        if (position < 0 || position >= text.tokens().size()) {
            throw new InvalidInputException("the text has no token %d; its tokens are 0 to %d"
                    .formatted(position, text.tokens().size() - 1));
        }
        return new Spot(text.firstOfWord(position), "");
    }

    /** For a text that nobody has chosen words of: the first and the last occurrence of its two commonest words. */
    static List<Spot> ofCommonWords(TokenizedText text) {
        Map<String, List<Integer>> occurrences = new TreeMap<>();
        for (int i = 0; i < text.tokens().size(); i++) {
            if (!text.tokens().get(i).isMark() && text.firstOfWord(i) == i) {
                occurrences
                        .computeIfAbsent(text.word(i).toLowerCase(Locale.ROOT), word -> new ArrayList<>())
                        .add(i);
            }
        }
        // Short words are common everywhere; but a short text may repeat no other.
        return IntStream.of(SHORTEST)
                .mapToObj(letters -> commonest(occurrences, letters))
                .filter(spots -> !spots.isEmpty())
                .findFirst()
                .orElse(List.of(new Spot(1, "the first word")));
    }

    private static List<Spot> commonest(Map<String, List<Integer>> occurrences, int letters) {
        return occurrences.entrySet().stream()
                .filter(word -> word.getKey().length() >= letters
                        && word.getKey().chars().allMatch(Character::isLetter))
                .map(Map.Entry::getValue)
                .filter(found -> found.size() > 1)
                .sorted(Comparator.comparingInt(found -> -found.size()))
                .limit(2)
                .flatMap(found -> Stream.of(
                        new Spot(found.get(0), "the first of " + found.size()),
                        new Spot(found.get(found.size() - 1), "the last of " + found.size())))
                .toList();
    }

    /** Positions of all pieces of the word. */
    List<Integer> pieces(TokenizedText text) {
        return IntStream.rangeClosed(position, text.lastOfWord(position))
                .boxed()
                .toList();
    }
}
