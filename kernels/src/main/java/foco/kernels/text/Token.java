package foco.kernels.text;

import java.util.Locale;

/**
 * A word, a number, a quoted string or a sign of a text.
 *
 * @param text as it is written; of a string what stands between its quotation marks
 * @param at where it starts, counted from 0
 */
record Token(Kind kind, String text, int at) {

    enum Kind {
        WORD,
        NUMBER,
        STRING,
        SIGN,
        END
    }

    boolean isSign(String signs) {
        return kind == Kind.SIGN && signs.contains(text);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    /** Names are alike however they are parted: {@code soft cap}, {@code soft-cap} and {@code softcap}. */
    static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_/ ]", "");
    }
}
