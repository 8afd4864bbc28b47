package foco.jobs.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model's tokenizer, as its {@code tokenizer.json} describes it, for texts longer than the model's own limit.
 *
 * <p>A text is cut into paragraphs, at empty lines and wherever a paragraph would outgrow the limit. Each becomes what
 * the model would see of it alone: {@code [CLS]}, its tokens, {@code [SEP]}, with places counted from 0.
 *
 * <p>The tokenizer is native code that lies in its own jar. It is unpacked once, below {@code ~/.djl.ai}, or below
 * {@code DJL_CACHE_DIR} if that is set. It asks nothing of any network: see {@link #open}.
 */
public final class Tokenizer implements AutoCloseable {
    private static final Pattern PARAGRAPH_END = Pattern.compile("\\R[\\h]*\\R\\s*");
    private static final int MARKS = 2;

    private final HuggingFaceTokenizer tokenizer;
    private final int limit;
    private final Token opening;
    private final Token closing;

    private Tokenizer(HuggingFaceTokenizer tokenizer, int limit) {
        this.tokenizer = tokenizer;
        this.limit = limit;
        Encoding empty = tokenizer.encode("", true, false);
        if (empty.getIds().length != MARKS) {
            throw new IllegalArgumentException("this tokenizer puts " + empty.getIds().length
                    + " marks around a text; models of the BERT family, which put 2, are supported");
        }
        this.opening = new Token(empty.getTokens()[0], (int) empty.getIds()[0], 0, 0, -1, 0, 0);
        this.closing = new Token(empty.getTokens()[1], (int) empty.getIds()[1], 0, 0, -1, 0, 0);
    }

    /**
     * @param json the bytes of a {@code tokenizer.json}
     * @param limit the most tokens that a paragraph may have, marks included: the model's count of positions
     * @throws IOException if the stream fails
     */
    public static Tokenizer open(InputStream json, int limit) throws IOException {
        // Without this the library looks for libraries on the network, and on some clouds reports its use.
        System.setProperty("ai.djl.offline", "true");
        // tokenizer.json asks for cutting and padding at 128 tokens; a text is to be seen whole.
        Map<String, String> whole = Map.of("truncation", "false", "padding", "false");
        return new Tokenizer(HuggingFaceTokenizer.newInstance(json, whole), limit);
    }

    /** Tokenizes a text of any length. Empty paragraphs give no tokens. */
    public TokenizedText tokenize(String text) {
        List<Token> tokens = new ArrayList<>();
        int paragraphs = 0;
        int start = 0;
        Matcher end = PARAGRAPH_END.matcher(text);
        while (start <= text.length()) {
            boolean more = end.find();
            List<Token> paragraph = encode(text.substring(start, more ? end.start() : text.length()), start);
            while (!paragraph.isEmpty()) {
                int length = fitting(paragraph);
                close(paragraph.subList(0, length), paragraphs++, tokens);
                paragraph = paragraph.subList(length, paragraph.size());
            }
            start = more ? end.end() : text.length() + 1;
        }
        return new TokenizedText(text, List.copyOf(tokens));
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
    private int fitting(List<Token> tokens) {
        int most = limit - MARKS;
        if (tokens.size() <= most) {
            return tokens.size();
        }
        for (int length = most; length > most / 2; length--) {
            if (tokens.get(length - 1).piece().matches("[.!?]")) {
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
        int start = paragraph.get(0).start();
        int end = paragraph.get(paragraph.size() - 1).end();
        into.add(mark(opening, index, 0, start));
        for (int i = 0; i < paragraph.size(); i++) {
            Token token = paragraph.get(i);
            into.add(new Token(token.piece(), token.id(), index, i + 1, token.word(), token.start(), token.end()));
        }
        into.add(mark(closing, index, paragraph.size() + 1, end));
    }

    private static Token mark(Token mark, int paragraph, int place, int offset) {
        return new Token(mark.piece(), mark.id(), paragraph, place, -1, offset, offset);
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
