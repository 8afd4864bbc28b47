package foco.driver.analysis.document;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.block.InvalidInputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A place where a word stands.
 *
 * @param word as it was asked for
 * @param number of the occurrence, counted from 1 through the text
 * @param first the position of its first token
 * @param last that of its last
 */
@DefaultSerializer(JavaSerializer.class)
public record Occurrence(String word, int number, int first, int last) implements Serializable {

    /** The most occurrences of a word that are looked at: of more, so many evenly chosen. */
    static final int MOST = 32;

    /**
     * The occurrences of a word, at most {@link #MOST} of them.
     *
     * @throws InvalidInputException if the text has none
     */
    static List<Occurrence> of(DocumentTokens tokens, String word) {
        List<Occurrence> all = find(tokens, word);
        if (all.isEmpty()) {
            throw new InvalidInputException(
                    "the text does not hold the word \"%s\"; name one as the text spells it".formatted(word));
        }
        int count = Math.min(all.size(), MOST);
        return IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
    }

    /** All occurrences of a word or a passage, whatever the case of its letters; not within longer words. */
    public static List<Occurrence> find(DocumentTokens tokens, String word) {
        // A passage may be broken into lines otherwise than it was typed.
        String parts = Stream.of(word.strip().split("\\s+")).map(Pattern::quote).collect(Collectors.joining("\\s+"));
        Pattern whole = Pattern.compile(
                "(?<![\\p{L}\\p{N}])" + parts + "(?![\\p{L}\\p{N}])", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        Matcher found = whole.matcher(tokens.text());
        List<Occurrence> all = new ArrayList<>();
        int position = 0;
        while (found.find()) {
            while (position < tokens.count() && tokens.ends()[position] <= found.start()) {
                position++;
            }
            int last = position;
            while (last + 1 < tokens.count() && tokens.starts()[last + 1] < found.end()) {
                last++;
            }
            if (position < tokens.count()) {
                all.add(new Occurrence(word, all.size() + 1, position, last));
            }
        }
        return all;
    }

    /** The positions of its tokens. */
    IntStream positions() {
        return IntStream.rangeClosed(first, last);
    }

    boolean holds(int position) {
        return position >= first && position <= last;
    }
}
