package foco.jobs.ask;

/** What can be asked. */
sealed interface Question {

    /** Where in the model to look. */
    Scope scope();

    /** What does a token or a passage attend to? */
    record AttendsTo(Target target, Scope scope) implements Question {}

    /** What attends to a token or a passage? */
    record AttendedBy(Target target, Scope scope) implements Question {}

    /** At which tokens do most heads give most weight to one and the same key? */
    record Agreement(Scope scope) implements Question {}

    /** How do the occurrences of a word differ? */
    record Occurrences(String word, Scope scope) implements Question {}

    /** Which are the strongest links across the text? */
    record Links(Scope scope) implements Question {}

    /** What kinds of heads are there? */
    record Heads(Scope scope) implements Question {}
}
