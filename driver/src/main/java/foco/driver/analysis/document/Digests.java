package foco.driver.analysis.document;

import foco.driver.model.PretrainedModel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;

/** SHA-256 of what an analysis is of. */
final class Digests {

    private static final int FLOATS = 1 << 14;

    private Digests() {}

    static String of(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Of the names and values of all tensors, in the order of their names. */
    static String weights(PretrainedModel model) {
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocate(FLOATS * Float.BYTES);
        for (String name : new TreeSet<>(model.transformer().tensors().shapes().keySet())) {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            float[] values = model.weights().tensor(name);
            for (int from = 0; from < values.length; from += FLOATS) {
                int count = Math.min(FLOATS, values.length - from);
                buffer.clear().asFloatBuffer().put(values, from, count);
                digest.update(buffer.array(), 0, count * Float.BYTES);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
