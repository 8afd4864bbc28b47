package foco.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Spark installation: a folder that holds Spark's {@code jars/}.
 *
 * @param path the folder
 */
record SparkHome(Path path) {

    /** The installation that the system property {@code foco.spark.home} names, or else the variable SPARK_HOME. */
    static SparkHome find() {
        String named = System.getProperty("foco.spark.home", System.getenv("SPARK_HOME"));
        if (named == null) {
            throw new IllegalStateException("executors need a Spark installation: set the system property"
                    + " foco.spark.home or the environment variable SPARK_HOME to one");
        }
        Path path = Path.of(named).toAbsolutePath().normalize();
        if (!Files.isDirectory(path.resolve("jars"))) {
            throw new IllegalStateException(path + " is no Spark installation: it holds no folder jars."
                    + " In Foco's own build, mvn package makes it");
        }
        return new SparkHome(path);
    }

    /** Fails unless this JVM's SPARK_HOME is this one, as Spark's Worker takes it from there and from nowhere else. */
    void requireInEnvironment() {
        String value = System.getenv("SPARK_HOME");
        if (value == null || !Path.of(value).toAbsolutePath().normalize().equals(path)) {
            throw new IllegalStateException("local-cluster needs the environment variable SPARK_HOME=" + path
                    + " in the test JVM, and it is " + value + "; see @SparkTest");
        }
    }

    /** What Spark's launcher scripts export before they start Java. */
    Map<String, String> environment() {
        // Without the Scala version, Spark's launcher looks for the build folders of a source checkout.
        return Map.of("SPARK_HOME", path.toString(), "SPARK_SCALA_VERSION", "2.13");
    }

    /** The class path entry for Spark itself. */
    String classPath() {
        return path.resolve("jars") + "/*";
    }

    /** This JVM's class path without the jars that the installation has too: what an executor lacks. */
    String classPathBeyondSpark() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .filter(entry -> Files.exists(entry)
                        && !Files.exists(path.resolve("jars").resolve(entry.getFileName())))
                .map(entry -> entry.toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
