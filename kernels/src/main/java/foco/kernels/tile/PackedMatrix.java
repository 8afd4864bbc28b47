package foco.kernels.tile;

import java.io.Serializable;

/** A matrix in panels, as {@link Panels} describes them, whose numbers take four bytes each or two. */
public sealed interface PackedMatrix extends Serializable permits Panels, HalfPanels {

    int rows();

    int columns();

    /** The bytes that its numbers take. */
    long bytes();

    /** The number at an index of the packed ones. */
    float value(int at);

    /** How many numbers a panel has. */
    default int panelSize() {
        return Panels.even(rows()) * Panels.WIDTH;
    }
}
