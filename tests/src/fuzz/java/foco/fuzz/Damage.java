package foco.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Ways in which a file may be damaged. */
final class Damage {

    /** Bytes that mean something to a header, or to none. */
    private static final byte[] LIKELY = "-0123456789()[]{},:'\"<>|=fiubOSVFTL-. \n\0".getBytes();

    private Damage() {}

    /** One to four changes, near the file's start, near its end or anywhere. */
    static byte[] of(byte[] file, Random random) {
        byte[] damaged = file;
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            damaged = once(damaged, random);
        }
        return damaged;
    }

    private static byte[] once(byte[] file, Random random) {
        if (file.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = place(file.length, random);
        byte[] changed = file.clone();
        switch (random.nextInt(7)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = (byte) random.nextInt(256);
            case 2 -> changed[at] = LIKELY[random.nextInt(LIKELY.length)];
            case 3 ->
                Arrays.fill(changed, at, Math.min(file.length, at + 1 + random.nextInt(8)), (byte)
                        (random.nextBoolean() ? 0xff : 0));
            case 4 -> changed = Arrays.copyOf(file, at);
            case 5 -> changed = spliced(file, at, new byte[] {LIKELY[random.nextInt(LIKELY.length)]}, at);
            default -> changed = spliced(file, at, new byte[0], Math.min(file.length, at + 1 + random.nextInt(16)));
        }
        return changed;
    }

    private static int place(int length, Random random) {
        int near = Math.min(length, 200);
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(near);
            case 1 -> length - 1 - random.nextInt(near);
            default -> random.nextInt(length);
        };
    }

    /** The bytes before {@code at}, some between, and those from {@code on} on. */
    private static byte[] spliced(byte[] file, int at, byte[] between, int on) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(file, 0, at);
        bytes.writeBytes(between);
        bytes.write(file, on, file.length - on);
        return bytes.toByteArray();
    }
}
