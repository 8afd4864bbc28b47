package foco.driver.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import foco.driver.block.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A model's tokenizer, as its {@code tokenizer.json} describes it, for texts of any length: it cuts and pads nothing,
 * whatever the file asks for. Every token knows where it stands in the text.
 *
 * <p>The tokenizer is native code that lies in its own jar. It is unpacked once, below {@code ~/.djl.ai}, or below
 * {@code DJL_CACHE_DIR} if that is set. It asks nothing of any network: see {@link #open}.
 */
public final class Tokenizer implements AutoCloseable {
    private static final Pattern PARAGRAPH_END = Pattern.compile("\\R[\\h]*\\R\\s*");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?]");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HuggingFaceTokenizer tokenizer;
    private final String[] pieces;
    private final List<Token> opening;
    private final List<Token> closing;

    private Tokenizer(HuggingFaceTokenizer tokenizer, String... pieces) {
        this.tokenizer = tokenizer;
        this.pieces = pieces;
        Encoding bare = tokenizer.encode("a", false, false);
        Encoding marked = tokenizer.encode("a", true, false);
        int before = firstOf(bare.getIds(), marked.getIds());
        this.opening = marks(marked, 0, before);
        this.closing = marks(marked, before + bare.getIds().length, marked.getIds().length);
    }

    /** How many marks come before the tokens of a text. */
    private static int firstOf(long[] tokens, long[] marked) {
        for (int first = 0; first + tokens.length <= marked.length; first++) {
            if (Arrays.equals(tokens, Arrays.copyOfRange(marked, first, first + tokens.length))) {
                return first;
            }
        }
        return marked.length - tokens.length;
    }

    private static List<Token> marks(Encoding encoding, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Token(encoding.getTokens()[i], (int) encoding.getIds()[i], 0, 0, -1, 0, 0))
                .toList();
    }

    /**
     * @param json the content of a {@code tokenizer.json}
     * @param name the file, as messages call it
     * @throws InvalidInputException if it is none that the library reads
     */
    public static Tokenizer open(byte[] json, String name) {
        String[] pieces = pieces(json, name);
        // Without this the library looks for libraries on the network, and on some clouds reports its use.
        System.setProperty("ai.djl.offline", "true");
        // tokenizer.json may ask for cutting and padding; a text is to be seen whole.
        Map<String, String> whole = Map.of("truncation", "false", "padding", "false");
        try {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), whole), pieces);
        } catch (IOException | RuntimeException e) { // the native library throws RuntimeException
            throw new InvalidInputException(
                    "%s is no tokenizer that the library reads (%s); fetch it again".formatted(name, e.getMessage()));
        }
    }

    /** What each id stands for; empty where there is none. */
    private static String[] pieces(byte[] json, String name) {
        try {
            JsonNode file = JSON.readTree(json);
            JsonNode vocabulary = file.path("model").path("vocab");
            Map<Integer, String> byId = new HashMap<>();
            for (int id = 0; vocabulary.isArray() && id < vocabulary.size(); id++) {
                byId.put(id, vocabulary.get(id).path(0).asText());
            }
            vocabulary.properties().forEach(word -> byId.put(word.getValue().asInt(), word.getKey()));
            file.path("added_tokens")
                    .forEach(added -> byId.put(
                            added.path("id").asInt(), added.path("content").asText()));
            int largest =
                    byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
            return IntStream.rangeClosed(0, largest)
                    .mapToObj(id -> byId.getOrDefault(id, ""))
                    .toArray(String[]::new);
        } catch (IOException e) {
            throw new InvalidInputException("%s is no JSON (%s); fetch it again"
                    .formatted(name, e.getMessage().lines().findFirst().orElse("")));
        }
    }

    /** The largest id that it can give. */
    public int largestId() {
        return pieces.length - 1;
    }

    /** The tokens by their ids, as the vocabulary spells them; empty where an id has none. */
    public String[] pieces() {
        return pieces.clone();
    }

    /** The marks that it puts before and after a text. */
    public int marks() {
        return opening.size() + closing.size();
    }

    /** A text of any length as one paragraph: its tokens between the model's marks, with places counted from 0. */
    public TokenizedText whole(String text) {
        List<Token> tokens = new ArrayList<>();
        close(encode(text, 0), 0, tokens);
        return new TokenizedText(text, List.copyOf(tokens));
    }

    /**
     * A text cut into paragraphs, at empty lines and wherever a paragraph would outgrow the limit. Each becomes what the
     * model would see of it alone: its tokens between the model's marks, with places counted from 0. Empty paragraphs give
     * no tokens.
     *
     * @param limit the most tokens that a paragraph may have, marks included: the model's count of positions
     */
    public TokenizedText paragraphs(String text, int limit) {
        List<Token> tokens = new ArrayList<>();
        int paragraphs = 0;
        int start = 0;
        Matcher end = PARAGRAPH_END.matcher(text);
        while (start <= text.length()) {
            boolean more = end.find();
            List<Token> paragraph = encode(text.substring(start, more ? end.start() : text.length()), start);
            while (!paragraph.isEmpty()) {
                int length = fitting(paragraph, limit - marks());
                close(paragraph.subList(0, length), paragraphs++, tokens);
                paragraph = paragraph.subList(length, paragraph.size());
            }
            start = more ? end.end() : text.length() + 1;
        }
        return new TokenizedText(text, List.copyOf(tokens));
    }

    /**
     * A text in windows, each as many tokens as fit between the model's marks, half of which the next one repeats. A token
     * is kept in the window where it is farther from the ends.
     *
     * @param limit the most tokens that a window may have, marks included
     */
    public List<TextWindow> windows(String text, int limit) {
        List<Token> all = encode(text, 0);
        int most = limit - marks();
        int step = Math.max(1, most / 2);
        List<TextWindow> windows = new ArrayList<>();
        int first = 0;
        while (true) {
            int end = Math.min(all.size(), first + most);
            List<Token> tokens = new ArrayList<>();
            close(all.subList(first, end), windows.size(), tokens);
            boolean last = end == all.size();
            int overlap = (most - step) / 2;
            int keepFrom = first == 0 ? 0 : opening.size() + overlap;
            // The next window keeps from its first token plus the same overlap on.
            int keepTo = last ? tokens.size() : opening.size() + step + overlap;
            windows.add(new TextWindow(new TokenizedText(text, List.copyOf(tokens)), keepFrom, keepTo));
            if (last) {
                return windows;
            }
            first += step;
        }
    }

    private List<Token> encode(String paragraph, int offset) {
        Encoding encoding = tokenizer.encode(paragraph, false, false);
        CodePointOffsets chars = new CodePointOffsets(paragraph);
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < encoding.getIds().length; i++) {
            CharSpan span = encoding.getCharTokenSpans()[i];
            tokens.add(new Token(
                    encoding.getTokens()[i],
                    (int) encoding.getIds()[i],
                    0,
                    0,
                    (int) encoding.getWordIds()[i],
                    offset + chars.toChars(span.getStart()),
                    offset + chars.toChars(span.getEnd())));
        }
        return tokens;
    }

    /** How many of the tokens go into one paragraph: all, or as many as leave no word and if possible no sentence cut. */
    private static int fitting(List<Token> tokens, int most) {
        if (tokens.size() <= most) {
            return tokens.size();
        }
        for (int length = most; length > most / 2; length--) {
            if (SENTENCE_END.matcher(tokens.get(length - 1).piece()).matches()) {
                return length;
            }
        }
        int length = most;
        while (length > 0 && tokens.get(length).word() == tokens.get(length - 1).word()) {
            length--;
        }
        // A word that outgrows a paragraph has to be cut.
        return length == 0 ? most : length;
    }

    private void close(List<Token> paragraph, int index, List<Token> into) {
        int start = paragraph.isEmpty() ? 0 : paragraph.get(0).start();
        int end = paragraph.isEmpty() ? 0 : paragraph.get(paragraph.size() - 1).end();
        int place = 0;
        for (Token mark : opening) {
            into.add(mark.at(index, place++, start, start));
        }
        for (Token token : paragraph) {
            into.add(token.at(index, place++, token.start(), token.end()));
        }
        for (Token mark : closing) {
            into.add(mark.at(index, place++, end, end));
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** The native library counts in code points, Java in chars; they part at the first emoji. */
    private static final class CodePointOffsets {
        private final String text;
        private int codePoints;
        private int chars;

        CodePointOffsets(String text) {
            this.text = text;
        }

        /** Goes on from the last answer: tokens come in order, so that a text is walked once. */
        int toChars(int codePoint) {
            chars = text.offsetByCodePoints(chars, codePoint - codePoints);
            codePoints = codePoint;
            return chars;
        }
    }
}
