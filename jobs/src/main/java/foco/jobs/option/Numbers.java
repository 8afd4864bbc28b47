package foco.jobs.option;

import java.math.BigInteger;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Numbers as options give them. */
public final class Numbers {
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
    private static final Pattern WITH_UNIT = Pattern.compile("\\d+[KMGkmg]");

    private Numbers() {}

    public static Integer whole(String text) {
        return (int) within(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    public static Long large(String text) {
        return within(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static long within(String text, long least, long most) {
        if (!WHOLE.matcher(text).matches()) {
            throw new TypeConversionException(
                    WITH_UNIT.matcher(text).matches()
                            ? "'%s' may mean thousands or 1024s; write the number in full".formatted(text)
                            : "'%s' is no whole number".formatted(text));
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new TypeConversionException("'%s' is beyond the %d that it may be".formatted(text, most));
        }
        return number.longValue();
    }

    public static Double real(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'%s' is no number such as 0.5 or 1e-6".formatted(text));
        }
    }
}
