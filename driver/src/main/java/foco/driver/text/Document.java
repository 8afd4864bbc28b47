package foco.driver.text;

/**
 * A text to be read by a model.
 *
 * @param name where it comes from, such as its file, for people
 */
public record Document(String name, String text) {}
