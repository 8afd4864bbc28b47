package foco.jobs.ask;

/** The tokens that a question is about. */
sealed interface Target {

    /** One token, by its position. */
    record Position(int position) implements Target {}

    /** Tokens of a passage, as the text spells it: of its first occurrence if it has several. */
    record Passage(String text) implements Target {}
}
