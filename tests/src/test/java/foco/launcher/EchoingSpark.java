package foco.launcher;

import foco.testing.FocoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A SPARK_HOME whose spark-submit and spark-class write down what they were given, and say and return what files in it set.
 */
public record EchoingSpark(Path home) {

    private static final String SCRIPT = """
            #!/bin/bash
            here=$(dirname "$0")/..
            printf '%s\\0' "$@" >"$here/arguments"
            env -0 >"$here/environment"
            pwd >"$here/folder"
            echo output
            if [ -f "$here/errors" ]; then cat "$here/errors" >&2; fi
            exit "$(cat "$here/code")"
            """;

    public static EchoingSpark in(Path folder) throws IOException {
        Path home = Files.createDirectories(folder.resolve("a Spark"));
        Path bin = Files.createDirectories(home.resolve("bin"));
        for (String name : List.of("spark-submit", "spark-class")) {
            Path script = Files.writeString(bin.resolve(name), SCRIPT);
            script.toFile().setExecutable(true);
        }
        Files.createDirectories(home.resolve("conf"));
        return new EchoingSpark(home).thatReturns(0);
    }

    EchoingSpark thatReturns(int code) throws IOException {
        Files.writeString(home.resolve("code"), Integer.toString(code));
        return this;
    }

    EchoingSpark thatWarns(String errors) throws IOException {
        Files.writeString(home.resolve("errors"), errors);
        return this;
    }

    /** The launcher with this Spark. */
    FocoCommand foco() {
        return FocoCommand.inCheckout().with("SPARK_HOME", home.toString());
    }

    /** What spark-submit or spark-class was given for itself, before {@code --class}. */
    List<String> sparkArguments() throws IOException {
        List<String> all = words("arguments");
        return all.subList(0, all.indexOf("--class"));
    }

    /** The same without the driver memory that the launcher chose. */
    List<String> sparkArgumentsButMemory() throws IOException {
        List<String> arguments = sparkArguments();
        int memory = arguments.indexOf("--driver-memory");
        return memory < 0
                ? arguments
                : Stream.concat(
                                arguments.stream().limit(memory),
                                arguments.stream().skip(memory + 2))
                        .toList();
    }

    /** The jar that was submitted, a URI. */
    String jar() throws IOException {
        List<String> all = words("arguments");
        return all.get(all.indexOf("--class") + 2);
    }

    /** What the command was given, after the jar. */
    public List<String> commandArguments() throws IOException {
        List<String> all = words("arguments");
        return all.subList(all.indexOf("--class") + 3, all.size());
    }

    Map<String, String> environment() throws IOException {
        return words("environment").stream()
                .map(entry -> entry.split("=", 2))
                .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1]));
    }

    Path folder() throws IOException {
        return Path.of(Files.readString(home.resolve("folder")).strip());
    }

    public boolean wasAsked() {
        return Files.exists(home.resolve("arguments"));
    }

    private List<String> words(String file) throws IOException {
        String text = Files.readString(home.resolve(file));
        return List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }
}
