package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.jobs.cluster.FileArguments;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is refused before a driver is submitted to a cluster. */
class DriverSubmissionTest {

    /** Options of texts that name no file. */
    private static final Set<String> NO_FILES = Set.of(
            "--alibi",
            "--documents",
            "--in-heads",
            "--in-sequences",
            "--keys",
            "--kv-type",
            "--only",
            "--pool",
            "--positions",
            "--queries",
            "--query-offset",
            "--rope-positions",
            "--rope-scaling",
            "--stage",
            "--strategy",
            "--word",
            "--influence",
            "--layers",
            "--rollout",
            "--sections",
            "--skip",
            "--spec",
            "--title",
            "--token",
            "--words");

    private static final String FILES = "attend --query hdfs:///q --key /k --value /v --output /o";

    private final StringWriter err = new StringWriter();

    private int check(SparkConf conf, String command) {
        return new DriverSubmission(new PrintWriter(err, true))
                .check(conf.set("spark.master", "yarn"), List.of(command.split(" ")));
    }

    private void assertRefused(String told, SparkConf conf, String command) {
        assertEquals(2, check(conf, command), command);
        assertTrue(err.toString().startsWith("foco: " + told), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        err.getBuffer().setLength(0);
    }

    private static SparkConf conf() {
        return new SparkConf(false);
    }

    @Test
    void namesThatTheDriverWouldLookForElsewhereAreRefused() {
        assertRefused("--query q.npy is relative", conf(), "attend --query q.npy --key k --value /v --output /o");
        assertRefused("--output ./o is relative", conf(), "attend --query /q --key /k --value /v --output=./o");
        assertRefused("--checkpoint ck is relative", conf(), FILES + " --checkpoint ck");
        assertRefused("--mask m.npy is relative", conf(), FILES + " --mask m.npy");
        assertRefused("--rope-positions p.npy is relative", conf(), FILES + " --rope --rope-positions p.npy");
        assertRefused("DIR book is relative", conf(), "report book");
        assertRefused("TEXT book.txt is relative", conf(), "analyze book.txt --model minilm --output /o");
        assertRefused("--query q.npy is relative", conf(), "weights --query q.npy --key /k --output /o.npy");
    }

    @Test
    void namesOnADiskAreWarnedOf() {
        assertEquals(0, check(conf(), FILES));
        assertTrue(err.toString().startsWith("foco: --key /k lies on a disk; it must be reached"), err.toString());
        err.getBuffer().setLength(0);
        assertEquals(0, check(conf(), FILES.replace(" /", " hdfs:///")));
        assertEquals("", err.toString());
        assertEquals(0, check(conf(), "attend --input file:/t --output hdfs:///o --rope --rope-positions column"));
        assertTrue(err.toString().startsWith("foco: --input file:/t lies on a disk"), err.toString());
    }

    @Test
    void whereNamesAreThoseOfASharedFileSystemTheyMayBeRelative() {
        SparkConf shared = conf().set("spark.hadoop.fs.defaultFS", "hdfs://host:8020");
        assertEquals(0, check(shared, "attend --query q --key k --value v --output o"));
        assertEquals("", err.toString());
    }

    @Test
    void wrongUsageIsToldHere() {
        assertRefused("foco attend has no option --qery; did you mean --query?", conf(), FILES + " --qery=/q");
        assertRefused("There is no setting spark.foco.x;", conf().set("spark.foco.x", "1"), FILES);
    }

    @Test
    void ofEveryOptionItIsKnownWhetherItNamesAFile() {
        Set<String> unknown = leaves(Foco.commandLine(new Foco(), new PrintWriter(err), new PrintWriter(err)))
                .flatMap(command -> command.getCommandSpec().options().stream())
                .filter(option -> option.auxiliaryTypes()[0] == String.class)
                .map(option -> option.longestName())
                .filter(name -> !FileArguments.OPTIONS.contains(name) && !NO_FILES.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), unknown, "add them to FileArguments, or here");
    }

    private static Stream<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(DriverSubmissionTest::leaves);
    }
}
