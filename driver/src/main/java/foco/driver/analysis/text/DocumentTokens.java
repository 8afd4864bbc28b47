package foco.driver.analysis.text;

import foco.driver.text.TokenSequence;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tokens of an analysis, by position, and what each is.
 *
 * @param text they were cut from; empty where none is known
 * @param pieces as the vocabulary spells them; empty strings where none is known
 * @param ids their rows in the vocabulary; like ids are like tokens
 * @param starts where each begins in the text, in chars
 * @param ends where it ends, exclusive; equal to its start for a mark of the model
 */
public record DocumentTokens(String text, String[] pieces, int[] ids, int[] starts, int[] ends) {

    /** The tokens of a text. */
    public static DocumentTokens of(String text, TokenSequence tokens, String[] vocabulary) {
        String[] pieces =
                IntStream.of(tokens.ids()).mapToObj(id -> vocabulary[id]).toArray(String[]::new);
        return new DocumentTokens(text, pieces, tokens.ids(), tokens.starts(), tokens.ends());
    }

    /** Tokens that somebody has cut: their text has a blank between them, and those spelled alike are alike. */
    public static DocumentTokens of(List<String> tokens) {
        StringBuilder text = new StringBuilder();
        int[] ids = new int[tokens.size()];
        int[] starts = new int[tokens.size()];
        int[] ends = new int[tokens.size()];
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            String token = tokens.get(i);
            starts[i] = text.length();
            ends[i] = text.append(token).length();
            text.append(' ');
            known.putIfAbsent(token, known.size());
            ids[i] = known.get(token);
        }
        return new DocumentTokens(text.toString(), tokens.toArray(String[]::new), ids, starts, ends);
    }

    /** Tokens of which nothing is known. Each has an id of its own. */
    public static DocumentTokens unknown(int count) {
        String[] pieces = new String[count];
        Arrays.fill(pieces, "");
        return new DocumentTokens("", pieces, IntStream.range(0, count).toArray(), new int[count], new int[count]);
    }

    public int count() {
        return ids.length;
    }

    /** Whether the text, and so what tokens are, is known. */
    public boolean isText() {
        return !text.isEmpty();
    }

    /** The chars that a token covers. */
    public String covered(int position) {
        return isText() ? text.substring(starts[position], ends[position]) : "";
    }

    /** The whole word that a token is a piece of; of a mark its name; of an unknown token its position. */
    public String word(int position) {
        if (!isText()) {
            return "token %,d".formatted(position);
        }
        if (isSpecial(position)) {
            return pieces[position];
        }
        int from = starts[position];
        int to = ends[position];
        boolean isWord = text.substring(from, to).codePoints().anyMatch(Character::isLetterOrDigit);
        while (isWord && from > 0 && Character.isLetterOrDigit(text.charAt(from - 1))) {
            from--;
        }
        while (isWord && to < text.length() && Character.isLetterOrDigit(text.charAt(to))) {
            to++;
        }
        return text.substring(from, to).strip();
    }

    /**
     * The words around a token, the token's own word between square brackets, on one line.
     *
     * @param chars about so many on either side
     */
    public String around(int position, int chars) {
        if (!isText()) {
            return "[%s]".formatted(word(position));
        }
        String word = word(position);
        int at = isSpecial(position) ? starts[position] : text.lastIndexOf(word, starts[position]);
        at = at < 0 ? starts[position] : at;
        int after = isSpecial(position) ? at : Math.min(text.length(), at + word.length());
        String before = text.substring(Math.max(0, at - chars), at);
        String behind = text.substring(after, Math.min(text.length(), after + chars));
        String left = at > chars ? before.substring(Math.max(0, before.indexOf(' '))) : before;
        String right = after + chars < text.length() && behind.lastIndexOf(' ') > 0
                ? behind.substring(0, behind.lastIndexOf(' '))
                : behind;
        return "%s[%s]%s".formatted(left, word, right).replaceAll("\\s+", " ").strip();
    }

    /** Whether it is a mark of the model, such as {@code [CLS]}, and no part of the text. */
    public boolean isSpecial(int position) {
        return isText() && starts[position] == ends[position];
    }

    /** Whether it parts what stands around it: a mark of the model, or an end of a line. */
    public boolean isSeparator(int position) {
        return isSpecial(position) || isText() && covered(position).isBlank();
    }

    /** Whether it has neither letters nor digits, and is no separator. */
    public boolean isPunctuation(int position) {
        return isText()
                && !isSeparator(position)
                && covered(position).codePoints().noneMatch(Character::isLetterOrDigit);
    }

    /** The positions of separators. */
    public BitSet separators() {
        return positions(this::isSeparator);
    }

    /** The positions of punctuation. */
    public BitSet punctuation() {
        return positions(this::isPunctuation);
    }

    private interface Kind {
        boolean holds(int position);
    }

    private BitSet positions(Kind kind) {
        BitSet set = new BitSet(count());
        IntStream.range(0, count()).filter(kind::holds).forEach(set::set);
        return set;
    }

    /**
     * The position before at which the same token last stood, for each token; -1 for its first occurrence. Marks of the model
     * repeat by design, and have none.
     */
    public int[] earlier() {
        Map<Integer, Integer> last = new HashMap<>();
        int[] earlier = new int[count()];
        for (int i = 0; i < earlier.length; i++) {
            boolean counts = !isSeparator(i);
            Integer before = counts ? last.put(ids[i], i) : null;
            earlier[i] = before == null ? -1 : before;
        }
        return earlier;
    }
}
