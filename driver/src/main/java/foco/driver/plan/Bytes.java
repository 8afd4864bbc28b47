package foco.driver.plan;

import java.util.List;

/** Numbers of bytes as people read them. */
public final class Bytes {

    private static final List<String> UNITS = List.of("bytes", "KiB", "MiB", "GiB", "TiB", "PiB");

    private Bytes() {}

    /** "768 KiB", "1.5 GiB": three digits or so, in the largest unit of which there is one. */
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s").formatted(value, UNITS.get(unit));
    }
}
