package foco.jobs.option;

import foco.driver.settings.StrategyKind;
import foco.jobs.terminal.UsageLine;
import foco.kernels.tile.KeyValueType;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How Spark's tasks share the work; none of it changes what is computed, but for the rounding of narrow numbers. */
public final class TaskOptions {
    public static final String HEADING = "%nSpark:%n";

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description =
                    "broadcast: keys and values go to every executor; stream: tasks pull them block by block, for those"
                            + " that fit in no executor; split-keys: queries go to where keys lie, for few queries; auto (the"
                            + " default): what suits the input and the cluster.")
    private String strategy;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description =
                    "Partitions of the attention's tasks (default: chosen from the cores). The output does not depend"
                            + " on it.")
    private Integer partitions;

    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            description = "How keys and values are kept and sent: float32 (the default), or bf16 or float16 in half the"
                    + " bytes, rounded.")
    private String keyValueType;

    /** @throws ParameterException if an option is out of range */
    public void check(CommandSpec command) {
        UsageLine.require(
                strategy == null || StrategyKind.codes().contains(strategy),
                command,
                "--strategy must be %s, and is \"%s\"".formatted(String.join(", ", StrategyKind.codes()), strategy));
        UsageLine.require(
                partitions == null || partitions >= 1, command, "--partitions must be 1 or more, and is " + partitions);
        UsageLine.require(
                keyValueType == null || KeyValueType.codes().contains(keyValueType),
                command,
                "--kv-type must be %s, and is \"%s\"".formatted(String.join(", ", KeyValueType.codes()), keyValueType));
    }

    /** The settings that these options stand for. */
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        put(settings, "spark.foco.strategy", strategy);
        put(settings, "spark.foco.partitions", partitions);
        put(settings, "spark.foco.kv.type", keyValueType);
        return settings;
    }

    private static void put(Map<String, String> settings, String key, Object value) {
        if (value != null) {
            settings.put(key, value.toString());
        }
    }
}
