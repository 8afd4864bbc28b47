package foco.driver.file;

/** What a file says, in a message. */
final class Quotation {
    private static final int LONGEST = 60;

    private Quotation() {}

    /** What a file says of itself, for a message of one line: its beginning. */
    static String quoted(String said) {
        String word = printable(said);
        return word.length() > LONGEST ? word.substring(0, LONGEST) + "..." : word;
    }

    /** A name that a file gives, for a message of one line. */
    static String printable(String said) {
        return said.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
