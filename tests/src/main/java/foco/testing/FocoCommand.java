package foco.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code ./foco} as a user would: as a process of its own, with nothing of the test's Spark in its environment.
 *
 * <pre>{@code
 * Outcome outcome = FocoCommand.inCheckout().from(folder).run("attend", "--query", "q.npy", ...);
 * assertEquals(0, outcome.exitCode(), outcome::toString);
 * }</pre>
 *
 * @param launcher the launcher, or a link to it
 * @param folder the working folder
 * @param environment variables to set; an empty value removes one
 * @param patience time after which the run is ended and fails
 */
public record FocoCommand(Path launcher, Path folder, Map<String, String> environment, Duration patience) {

    private static final List<String> SPARK_VARIABLES =
            List.of("SPARK_HOME", "SPARK_CONF_DIR", "SPARK_LOCAL_IP", "SPARK_SCALA_VERSION", "SPARK_DRIVER_MEMORY");

    public FocoCommand {
        environment = Map.copyOf(environment);
    }

    /**
     * What a run of the launcher came to.
     *
     * @param exitCode its exit code
     * @param output what it wrote to its standard output
     * @param errors what it wrote to its standard error
     */
    public record Outcome(int exitCode, String output, String errors) {}

    /** The launcher of the checkout that the system property {@code foco.home} names, run from that folder. */
    public static FocoCommand inCheckout() {
        Path home =
                Path.of(System.getProperty("foco.home", ".")).toAbsolutePath().normalize();
        return new FocoCommand(home.resolve("foco"), home, Map.of(), Duration.ofMinutes(5));
    }

    /**
     * Has the checkout's launcher do what it does once after a build, as it says then, so that later runs are quick and
     * quiet.
     */
    public static void makeReady() {
        // Wrong usage, which is found as soon as Java has started; large heaps and small ones differ.
        inCheckout().run("attend");
        inCheckout().run("attend", "--driver-memory=1g");
    }

    /** The same through another path to the launcher. */
    public FocoCommand through(Path otherLauncher) {
        return new FocoCommand(otherLauncher, folder, environment, patience);
    }

    /** The same from another working folder. */
    public FocoCommand from(Path otherFolder) {
        return new FocoCommand(launcher, otherFolder, environment, patience);
    }

    /** The same with an environment variable set, or removed if the value is empty. */
    public FocoCommand with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new FocoCommand(launcher, folder, more, patience);
    }

    /**
     * Runs the launcher to its end.
     *
     * @throws IllegalStateException if it takes longer than its patience
     */
    public Outcome run(String... arguments) {
        Process process = start(arguments);
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IllegalStateException("foco " + String.join(" ", arguments) + " took longer than " + patience
                        + "; it wrote:\n" + output.join() + errors.join());
            }
            return new Outcome(process.exitValue(), output.join(), errors.join());
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while foco ran", e);
        }
    }

    /** Starts the launcher and leaves it running, its output and errors in the process's streams. */
    public Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        Collections.addAll(command, arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        SPARK_VARIABLES.forEach(builder.environment()::remove);
        environment.forEach((variable, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(variable);
            } else {
                builder.environment().put(variable, value);
            }
        });
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
