package foco.driver.text;

/**
 * A part of a text that a model sees alone.
 *
 * @param tokens the part's tokens between the model's marks; they know where they stand in the whole text
 * @param keepFrom the first of them whose result is taken from this window
 * @param keepTo the one after the last
 */
public record TextWindow(TokenizedText tokens, int keepFrom, int keepTo) {}
