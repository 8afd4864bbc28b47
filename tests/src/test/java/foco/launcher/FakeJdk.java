package foco.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A JDK whose {@code java} writes down what it was given; where it is to make a class archive, it writes a word. */
record FakeJdk(Path home) {

    private static final String JAVA = """
            #!/bin/bash
            here=$(dirname "$0")/..
            for word in "$@"; do
              case $word in
                org.apache.spark.launcher.Main) exec '%s/bin/java' "$@" ;;
                -XX:ArchiveClassesAtExit=*)
                  echo "$*" >>"$here/rehearsals"
                  sleep 1
                  if [ ! -f "$here/makes-none" ]; then echo archive >"${word#*=}"; fi
                  exit ;;
              esac
            done
            printf '%%s\\0' "$@" >"$here/arguments"
            env -0 >"$here/environment"
            """;

    static FakeJdk in(Path home, String version) throws IOException {
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, JAVA.formatted(System.getProperty("java.home")));
        java.toFile().setExecutable(true);
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return new FakeJdk(home);
    }

    FakeJdk thatMakesNoArchive() throws IOException {
        Files.createFile(home.resolve("makes-none"));
        return this;
    }

    Path java() {
        return home.resolve("bin/java");
    }

    /** What the last start was given, with the words of an argument file in its place. */
    List<String> arguments() throws IOException {
        List<String> all = new ArrayList<>();
        for (String word : words("arguments")) {
            if (word.startsWith("@")) {
                all.addAll(Files.readAllLines(Path.of(word.substring(1))));
            } else {
                all.add(word);
            }
        }
        return all;
    }

    Map<String, String> environment() throws IOException {
        return words("environment").stream()
                .map(entry -> entry.split("=", 2))
                .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1]));
    }

    int rehearsals() throws IOException {
        Path file = home.resolve("rehearsals");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    private List<String> words(String file) throws IOException {
        String text = Files.readString(home.resolve(file));
        return List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }
}
