package foco.driver.model;

import java.util.OptionalInt;

/**
 * The widths and counts of a transformer.
 *
 * @param family as people call it
 * @param vocabulary the words that it knows
 * @param positions the places that it has learned, one row each; none if its attention alone knows places
 * @param width the elements of a hidden state
 * @param layers how many there are
 * @param heads of each attention
 * @param keyValueHeads which share them
 * @param headWidth the elements of a query or key
 * @param feedForward the elements between the two matrices of a feed-forward layer
 * @param attention what its attention sees, for people
 */
public record TransformerShape(
        String family,
        int vocabulary,
        OptionalInt positions,
        int width,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        int feedForward,
        String attention) {}
