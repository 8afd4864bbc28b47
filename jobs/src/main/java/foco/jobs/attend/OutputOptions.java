package foco.jobs.attend;

import foco.driver.file.ArrayFormat;
import foco.driver.file.FileFormat;
import foco.driver.file.FileFormats;
import foco.driver.file.TableFormat;
import foco.jobs.terminal.UsageLine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
                    "The attention's output: an .npy file, a tensor (FILE.safetensors or FILE.safetensors:NAME), or with"
                            + " --input a new Parquet table of sequence, position, output, lse.")
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
        Map<String, String> names = new LinkedHashMap<>();
        names.put("--output", output);
        names.put("--lse", lse);
        names.put("--present-key", presentKey);
        names.put("--present-value", presentValue);
        names.put("--present", present);
        names.values().removeIf(Objects::isNull);
        UsageLine.require(
                lse == null || !table,
                command,
                "--lse is for arrays in files; the table that --input makes has a column lse");
        UsageLine.require(
                presentKey == null && presentValue == null || !table,
                command,
                "--present-key and --present-value are for arrays in files; with --input give --present");
        UsageLine.require(
                present == null || table,
                command,
                "--present goes with --input; for arrays in files give --present-key");
        UsageLine.require(
                (presentKey == null) == (presentValue == null),
                command,
                "%s is missing; present keys and values go together"
                        .formatted(presentKey == null ? "--present-key" : "--present-value"));
        names.forEach((option, name) -> checkEnding(command, option, name, table));
    }

    /** A name that promises what its file will not be would be found out by whoever opens it, later. */
    private static void checkEnding(CommandSpec command, String option, String name, boolean table) {
        Optional<FileFormat> given = FileFormats.of(name);
        boolean suits = given.isEmpty()
                ? !FileFormats.isForeign(name)
                : table ? given.get() == TableFormat.PARQUET : given.get() instanceof ArrayFormat;
        UsageLine.require(
                suits,
                command,
                table
                        ? "%s %s: the attention of a table goes to a Parquet table; name it %s"
                                .formatted(option, name, FileFormats.table(name, TableFormat.PARQUET))
                        : "%s %s: the attention of arrays in files goes to %s files; name it %s"
                                .formatted(option, name, FileFormats.arrayEndings(), FileFormats.npy(name)));
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
