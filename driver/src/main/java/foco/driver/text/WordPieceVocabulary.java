package foco.driver.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BERT's tokenizer from its vocabulary alone: {@code vocab.txt}, a piece of a word on each line, whose number from 0 on is
 * its id. Models from before {@code tokenizer.json} come with this file. The rules are those of
 * <a href="https://github.com/google-research/bert/blob/master/tokenization.py">BERT's tokenization.py</a>: words are parted at
 * blanks and punctuation, Chinese characters are words each, and each word is the longest pieces of the vocabulary, from its
 * start on.
 */
public final class WordPieceVocabulary {

    private static final String UNKNOWN = "[UNK]";
    private static final String OPENING = "[CLS]";
    private static final String CLOSING = "[SEP]";
    private static final List<String> MARKS = List.of("[PAD]", UNKNOWN, OPENING, CLOSING, "[MASK]");
    /** A longer word is unknown. */
    private static final int LONGEST_WORD = 200;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Integer> ids = new LinkedHashMap<>();

    /**
     * @param vocabulary the content of {@code vocab.txt}
     * @param name the file, as messages call it
     * @throws InvalidInputException if it is not UTF-8, or lacks one of BERT's marks
     */
    public WordPieceVocabulary(byte[] vocabulary, String name) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(vocabulary))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(name + " is no text in UTF-8; fetch it again");
        }
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        for (int id = 0; id < lines.size(); id++) {
            ids.put(lines.get(id).strip(), id);
        }
        for (String mark : List.of(UNKNOWN, OPENING, CLOSING)) {
            if (!ids.containsKey(mark)) {
                throw new InvalidInputException(
                        "%s has no line %s, so it is no vocabulary of BERT; take the file that came with the weights"
                                .formatted(name, mark));
            }
        }
    }

    /** Whether letters keep their case: a vocabulary of lower-case words has no letter from A to Z outside its marks. */
    public boolean isCased() {
        return ids.keySet().stream().filter(piece -> !piece.matches("\\[.*\\]")).anyMatch(piece -> piece.chars()
                .anyMatch(letter -> letter >= 'A' && letter <= 'Z'));
    }

    /**
     * The tokenizer as {@link Tokenizer} reads it.
     *
     * @param lowerCase whether texts lose capitals and accents first; without it {@link #isCased} decides
     * @return a {@code tokenizer.json}
     */
    public byte[] tokenizerJson(Optional<Boolean> lowerCase) {
        ObjectNode json = JSON.createObjectNode().put("version", "1.0");
        ArrayNode added = json.putArray("added_tokens");
        MARKS.stream().filter(ids::containsKey).forEach(mark -> added.addObject()
                .put("id", ids.get(mark))
                .put("content", mark)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
        json.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .putNull("strip_accents")
                .put("lowercase", lowerCase.orElse(!isCased()));
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode marks = json.putObject("post_processor").put("type", "TemplateProcessing");
        template(marks.putArray("single"), "A");
        template(marks.putArray("pair"), "A", "B");
        ObjectNode special = marks.putObject("special_tokens");
        for (String mark : List.of(OPENING, CLOSING)) {
            ObjectNode entry = special.putObject(mark).put("id", mark);
            entry.putArray("ids").add(ids.get(mark));
            entry.putArray("tokens").add(mark);
        }
        ObjectNode model = json.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", UNKNOWN)
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", LONGEST_WORD);
        ObjectNode vocabulary = model.putObject("vocab");
        ids.forEach(vocabulary::put);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void template(ArrayNode pieces, String... sequences) {
        pieces.addObject().putObject("SpecialToken").put("id", OPENING).put("type_id", 0);
        for (int type = 0; type < sequences.length; type++) {
            pieces.addObject().putObject("Sequence").put("id", sequences[type]).put("type_id", type);
            pieces.addObject().putObject("SpecialToken").put("id", CLOSING).put("type_id", type);
        }
    }
}
