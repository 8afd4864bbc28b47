package foco.jobs;

import foco.jobs.cluster.DriverState;
import foco.jobs.cluster.FileArguments;
import foco.jobs.cluster.StandaloneMaster;
import foco.jobs.session.FocoSession;
import foco.jobs.terminal.FailureLine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.deploy.SparkSubmitArguments;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * {@code ./foco COMMAND --deploy-mode cluster}: submits the command's driver to the cluster and ends as it ends. Its
 * arguments are those of {@code spark-submit}. What can be known to fail here is refused here: the driver's own words go to
 * another machine.
 */
public final class DriverSubmission {
    private static final String WAIT = "spark.standalone.submit.waitAppCompletion";

    private final PrintWriter err;

    DriverSubmission(PrintWriter err) {
        this.err = err;
    }

    public static void main(String[] arguments) {
        DriverSubmission submission = new DriverSubmission(new PrintWriter(System.err, true));
        SparkSubmitArguments parsed = new SparkSubmitArguments(
                CollectionConverters.asScala(List.of(arguments)).toSeq(),
                scala.collection.immutable.Map$.MODULE$.from(CollectionConverters.asScala(System.getenv())));
        int code = submission.check(
                parsed.toSparkConf(Option.empty()).set("spark.master", parsed.master()),
                CollectionConverters.asJava(parsed.childArgs()));
        if (code != CommandLine.ExitCode.OK) {
            System.exit(code);
        }
        submission.submit(arguments, parsed);
    }

    /** What can be said of a command line before anything is submitted; the exit code, 0 if nothing is wrong. */
    int check(SparkConf conf, List<String> command) {
        CommandLine parser = Foco.commandLine(new Foco(), new PrintWriter(System.out, true), err);
        List<FileArguments.Named> files;
        try {
            ParseResult parsed = parser.parseArgs(command.toArray(String[]::new));
            parsed.asCommandLineList().forEach(each -> Foco.check(each.getParseResult()));
            files = FileArguments.of(parsed);
            FocoSession.checkSettings(conf);
            Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
            requireReachable(
                    files, "file".equals(FileSystem.getDefaultUri(hadoop).getScheme()));
        } catch (ParameterException e) {
            return Foco.wrongUsage(e, new String[0]);
        } catch (IllegalArgumentException e) {
            return told(e, CommandLine.ExitCode.USAGE);
        }
        try {
            StandaloneMaster.requireAnswer(conf, command.contains("--verbose"));
            return CommandLine.ExitCode.OK;
        } catch (RuntimeException e) {
            return told(e, CommandLine.ExitCode.SOFTWARE);
        }
    }

    private int told(Throwable failure, int code) {
        say(FailureLine.of(failure));
        return code;
    }

    /** @param local whether names without a scheme are those of the machine that opens them */
    private void requireReachable(List<FileArguments.Named> files, boolean local) {
        files.stream().filter(file -> local && file.isRelative()).findFirst().ifPresent(file -> {
            throw new IllegalArgumentException(
                    "%s is relative to this folder, and with --deploy-mode cluster the driver runs in another, on a worker; give a path that all machines reach, as hdfs://..."
                            .formatted(file));
        });
        Optional<FileArguments.Named> onDisk = files.stream()
                .filter(file -> file.hasScheme() ? file.name().startsWith("file:") : local)
                .findFirst();
        onDisk.ifPresent(
                file -> say("%s lies on a disk; it must be reached by that path from every worker".formatted(file)));
    }

    private void submit(String[] arguments, SparkSubmitArguments parsed) {
        boolean waits = Boolean.parseBoolean(parsed.sparkProperties().getOrElse(WAIT, () -> "true"));
        DriverState state = new DriverState(waits, this::say);
        state.listen(CollectionConverters.asJava(parsed.childArgs()).contains("--verbose"));
        // Spark's client ends this process itself. The lowest of priorities comes last, after Spark's own hooks.
        ShutdownHookManager.get()
                .addShutdownHook(
                        () -> {
                            if (state.hasFailed()) {
                                Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE);
                            }
                        },
                        0);
        List<String> all = new ArrayList<>(List.of("--conf", WAIT + "=" + waits));
        all.addAll(List.of(arguments));
        SparkSubmit.main(all.toArray(String[]::new));
    }

    private void say(String line) {
        err.println("foco: " + line);
    }
}
