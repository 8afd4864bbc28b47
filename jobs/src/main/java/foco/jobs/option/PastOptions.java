package foco.jobs.option;

import foco.driver.file.ArrayFile;
import foco.jobs.terminal.UsageLine;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Keys and values of earlier tokens, which go before the others. */
public final class PastOptions {
    public static final String HEADING =
            "%nPast, a decoder's cache that goes before the keys; queries then stand after it:%n";

    @Option(
            names = "--past-key",
            paramLabel = "K",
            description = "Keys of earlier tokens, an .npy file; turned already, if there is a --rope.")
    private String key;

    @Option(names = "--past-value", paramLabel = "V", description = "Their values; not for foco weights.")
    private String value;

    @Option(
            names = "--past",
            paramLabel = "TABLE",
            description =
                    "With --input: both, a Parquet table of position, key, value and, for many sequences, sequence.")
    private String table;

    /**
     * @param values whether values are needed; else they are not to be given
     * @throws ParameterException if options clash
     */
    public void check(CommandSpec command, boolean input, boolean values, boolean queryOffset) {
        require(table == null || input, command, "--past goes with --input; for arrays in files give --past-key");
        require(
                key == null && value == null || !input,
                command,
                "--past-key and --past-value are for arrays in files; with --input give --past");
        require(values || value == null, command, "weights need no --past-value; leave it out");
        require(
                !values || (key == null) == (value == null),
                command,
                "%s is missing; past keys and values go together"
                        .formatted(key == null ? "--past-key" : "--past-value"));
        require(
                !queryOffset || key == null,
                command,
                "--query-offset and --past-key both say where the queries stand; with a past they stand after it");
    }

    private static void require(boolean holds, CommandSpec command, String otherwise) {
        UsageLine.require(holds, command, otherwise);
    }

    public Optional<ArrayFile> key(Configuration hadoop) throws IOException {
        return key == null ? Optional.empty() : Optional.of(ArrayFile.open(key, hadoop));
    }

    public Optional<ArrayFile> value(Configuration hadoop) throws IOException {
        return value == null ? Optional.empty() : Optional.of(ArrayFile.open(value, hadoop));
    }

    public Optional<String> table() {
        return Optional.ofNullable(table);
    }
}
