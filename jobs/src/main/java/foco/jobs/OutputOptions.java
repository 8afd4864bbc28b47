package foco.jobs;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code foco attend} writes. */
final class OutputOptions {
    static final String HEADING = "%nOutput:%n";

    @Option(
            names = "--output",
            paramLabel = "O",
            description =
                    "The attention's output: an .npy file, or with --input a new Parquet table of sequence, position,"
                            + " output, lse.")
    private String output;

    @Option(
            names = "--lse",
            paramLabel = "L",
            description = "Also write the natural log-sum-exp of each query's scores: [n, heads], [heads, n] or"
                    + " [batch, heads, n].")
    private String lse;

    @Option(
            names = "--present-key",
            paramLabel = "K",
            description =
                    "Also write all keys, the past's and, turned by --rope, the new ones: the next step's --past-key.")
    private String presentKey;

    @Option(names = "--present-value", paramLabel = "V", description = "And their values.")
    private String presentValue;

    @Option(
            names = "--present",
            paramLabel = "TABLE",
            description = "With --input: both, a new Parquet table, the next step's --past.")
    private String present;

    @Option(names = "--json", description = "End with a JSON object in place of the summary line.")
    private boolean json;

    /** @throws ParameterException if options clash */
    void check(CommandSpec command, boolean table) {
        AttentionOptions.require(
                lse == null || !table,
                command,
                "--lse is for .npy files; the table that --input makes has a column lse");
        AttentionOptions.require(
                presentKey == null && presentValue == null || !table,
                command,
                "--present-key and --present-value are for .npy files; with --input give --present");
        AttentionOptions.require(
                present == null || table, command, "--present goes with --input; for .npy files give --present-key");
        AttentionOptions.require(
                (presentKey == null) == (presentValue == null),
                command,
                "%s is missing; present keys and values go together"
                        .formatted(presentKey == null ? "--present-key" : "--present-value"));
    }

    boolean isMissing() {
        return output == null;
    }

    String output() {
        return output;
    }

    Optional<String> lse() {
        return Optional.ofNullable(lse);
    }

    Optional<String> presentKey() {
        return Optional.ofNullable(presentKey);
    }

    Optional<String> presentValue() {
        return Optional.ofNullable(presentValue);
    }

    Optional<String> present() {
        return Optional.ofNullable(present);
    }

    boolean isJson() {
        return json;
    }
}
