package foco.jobs.bench;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The masks that are timed. */
public enum Masking {
    DENSE,
    CAUSAL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of the names that {@link #toString} gives. */
    public static final class Converter implements ITypeConverter<Masking> {
        @Override
        public Masking convert(String name) {
            return Arrays.stream(values())
                    .filter(masking -> masking.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'%s' is neither dense nor causal".formatted(name)));
        }
    }
}
