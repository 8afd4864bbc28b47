package foco.driver.plan;

/** Numbers of things as people read them. */
public final class Counted {

    private Counted() {}

    /** "1 wave", "12,000 waves". */
    public static String text(long number, String noun) {
        return text(number, noun, noun + "s");
    }

    /** The same of a noun with a plural of its own: "1 query", "2 queries". */
    public static String text(long number, String noun, String nouns) {
        return "%,d %s".formatted(number, number == 1 ? noun : nouns);
    }
}
