package foco.jobs.input;

/**
 * The names of the arrays that attend and are attended to.
 *
 * @param value the keys' where no values are asked for
 */
public record ArrayNames(String query, String key, String value) {}
