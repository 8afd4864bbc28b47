package foco.driver.block;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A hash of blocks in any order: the sum of their SHA-256 digests, each taken as four numbers modulo 2^64. It tells
 * inputs apart that are unlike by accident, not by malice.
 */
final class ContentHash implements Serializable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final long[] sums;

    private ContentHash(long[] sums) {
        this.sums = sums;
    }

    static ContentHash of(TokenBlock block) {
        MessageDigest digest = sha256();
        byte[] name = block.sequence().getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES)
                .putInt(name.length)
                .putInt(block.rows())
                .putLong(block.firstPosition())
                .flip());
        digest.update(name);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (float[] column : block.columns()) {
            update(digest, column, buffer);
        }
        ByteBuffer result = ByteBuffer.wrap(digest.digest());
        return new ContentHash(new long[] {result.getLong(), result.getLong(), result.getLong(), result.getLong()});
    }

    private static void update(MessageDigest digest, float[] values, ByteBuffer buffer) {
        int fits = buffer.capacity() / Float.BYTES;
        for (int done = 0; done < values.length; done += fits) {
            int some = Math.min(fits, values.length - done);
            buffer.clear().asFloatBuffer().put(values, done, some);
            digest.update(buffer.array(), 0, some * Float.BYTES);
        }
    }

    ContentHash plus(ContentHash other) {
        long[] both = sums.clone();
        Arrays.setAll(both, i -> sums[i] + other.sums[i]);
        return new ContentHash(both);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** 64 hexadecimal digits. */
    @Override
    public String toString() {
        return "%016x%016x%016x%016x".formatted(sums[0], sums[1], sums[2], sums[3]);
    }
}
