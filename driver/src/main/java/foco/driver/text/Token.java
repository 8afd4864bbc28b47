package foco.driver.text;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A token of a text: a piece of a word, or one of the marks that a model puts around a paragraph.
 *
 * @param piece as the vocabulary spells it, such as {@code ##ing} for one that continues a word
 * @param id its row in the vocabulary
 * @param paragraph counted from 0 through the text
 * @param place counted from 0 at the paragraph's first mark
 * @param word counted from 0 through the paragraph; pieces of a word share it; -1 for a mark
 * @param start where it begins in the text, in chars
 * @param end where it ends, exclusive; for a mark equal to {@code start}
 */
@DefaultSerializer(JavaSerializer.class)
public record Token(String piece, int id, int paragraph, int place, int word, int start, int end)
        implements Serializable {
    /** The same token at another place. */
    Token at(int otherParagraph, int otherPlace, int from, int to) {
        return new Token(piece, id, otherParagraph, otherPlace, word, from, to);
    }

    /** Whether this is a mark such as {@code [CLS]} and no part of the text. */
    public boolean isMark() {
        return word < 0;
    }
}
