package foco.jobs.model;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A token of a text: a piece of a word, or one of the two marks that a model puts around a paragraph.
 *
 * @param piece as the vocabulary spells it; a piece that continues a word begins with {@code ##}
 * @param id its row in the vocabulary
 * @param paragraph counted from 0 through the text
 * @param place counted from 0 at the paragraph's start mark
 * @param word counted from 0 through the paragraph; pieces of a word share it; -1 for a mark
 * @param start where it begins in the text, in chars
 * @param end where it ends, exclusive; for a mark equal to {@code start}
 */
@DefaultSerializer(JavaSerializer.class)
public record Token(String piece, int id, int paragraph, int place, int word, int start, int end)
        implements Serializable {
    /** Whether this is a mark ({@code [CLS]}, {@code [SEP]}) and no part of the text. */
    public boolean isMark() {
        return word < 0;
    }
}
