package foco.kernels.tile;

import java.io.Serializable;

/** Packed keys and values as they are kept and sent: in float32, or in half the bytes. */
public sealed interface StoredBlock extends Serializable permits KeyValueBlock, HalfBlock {

    /** The block as a kernel reads it. */
    KeyValueBlock floats();

    /** The bytes that the packed keys and values take. */
    long bytes();

    /** The bytes that {@link #floats} takes besides. */
    long widenedBytes();
}
