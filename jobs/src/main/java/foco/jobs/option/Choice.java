package foco.jobs.option;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One of an enum's values, by the word that its {@code toString} gives, in letters of any case. */
public record Choice<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {

    /** @throws TypeConversionException if it is none of them; picocli's own would list the constants' names in Java */
    @Override
    public E convert(String word) {
        return Stream.of(type.getEnumConstants())
                .filter(value -> value.toString().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'%s' is none of %s".formatted(word, words())));
    }

    private String words() {
        return Stream.of(type.getEnumConstants()).map(E::toString).collect(Collectors.joining(", "));
    }
}
