package foco.jobs.option;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How many tokens, queries or keys: a number, with K, M or G for thousands, millions or billions. Where a token more or less
 * changes the output, as in a mask, an option takes plain numbers only: there some would read 4K as 4096.
 */
public final class Count implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})([KMGkmg]?)");
    private static final Map<String, Long> UNITS = Map.of("", 1L, "K", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L);

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'%s' is no number such as 5000, 64K or 10M".formatted(text));
        }
        return Long.parseLong(matcher.group(1)) * UNITS.get(matcher.group(2).toUpperCase(Locale.ROOT));
    }
}
