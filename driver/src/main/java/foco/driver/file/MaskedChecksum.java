package foco.driver.file;

import java.util.zip.CRC32C;

/**
 * CRC-32C as LevelDB and TensorFlow keep it beside what it is of: rotated, and moved by a constant, so that the checksum of
 * bytes that hold their own checksum is no special number.
 */
final class MaskedChecksum {
    private static final int ROTATION = 15;
    private static final int ADDED = 0xa282ead8;

    private MaskedChecksum() {}

    static int of(CRC32C checksum) {
        return Integer.rotateRight((int) checksum.getValue(), ROTATION) + ADDED;
    }
}
