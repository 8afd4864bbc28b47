package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.FocoCommand;
import foco.testing.FocoCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When {@code ./foco} builds, and what it says then; Maven is played by a script that notes its calls. */
class LauncherBuildIT {

    /** All that the launcher calls but Java and Maven. */
    private static final List<String> TOOLS = List.of(
            "awk",
            "basename",
            "bash",
            "cat",
            "dirname",
            "env",
            "find",
            "grep",
            "head",
            "mkdir",
            "od",
            "readlink",
            "rm",
            "rmdir",
            "sed",
            "sleep",
            "tail",
            "touch");

    @TempDir
    private Path folder;

    private EchoingSpark spark;
    private CheckoutCopy checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        spark = EchoingSpark.in(folder);
        checkout = CheckoutCopy.in(folder);
    }

    @Test
    void aFreshCheckoutIsBuiltOnceAndSaysSo() throws IOException {
        Outcome first = checkout.foco(spark).run("attend", "--verbose");
        assertEquals(0, first.exitCode(), first::toString);
        assertTrue(first.errors().startsWith("foco: building (first use; "), first.errors());
        assertTrue(first.errors().contains("foco:   kernels\n"), first.errors());
        Outcome second = checkout.foco(spark).run("attend");
        assertEquals("", second.errors());
        assertEquals(1, checkout.callsOfMaven());
        assertTrue(Files.readString(checkout.home().resolve("jobs/target/build.log"))
                .contains("[INFO] Building Foco"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernels/src/main/java/foco/kernels/Edited.java",
                "driver/src/main/java/foco/driver/Edited.java",
                "jobs/src/main/resources/foco/jobs/essay.txt",
                "jobs/pom.xml",
                "pom.xml"
            })
    void aSourceThatIsNewerThanTheJarIsBuilt(String file) throws IOException {
        checkout.built();
        assertEquals("", checkout.foco(spark).run("attend").errors());
        checkout.edit(file);
        Outcome outcome = checkout.foco(spark).run("attend");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.errors().startsWith("foco: building ("), outcome.errors());
        assertEquals(1, checkout.callsOfMaven());
    }

    @Test
    void testsAndOtherModulesAreNoReasonToBuild() throws IOException {
        checkout.built();
        checkout.edit("kernels/src/test/java/foco/kernels/EditedTest.java");
        checkout.edit("tests/src/main/java/foco/testing/Edited.java");
        assertEquals("", checkout.foco(spark).run("attend").errors());
        assertEquals(0, checkout.callsOfMaven());
    }

    @Test
    void aFailedBuildShowsTheErrorsAndWhereTheLogIs() throws IOException {
        checkout.writeMaven(1);
        Outcome outcome = checkout.foco(spark).run("attend");
        assertAll(
                () -> assertEquals(1, outcome.exitCode()),
                () -> assertTrue(outcome.errors().contains("\n  COMPILATION ERROR :\n"), outcome.errors()),
                () -> assertTrue(outcome.errors().contains("Edited.java:[1,1] a mistake"), outcome.errors()),
                () -> assertFalse(outcome.errors().contains("Re-run Maven"), outcome.errors()),
                () -> assertTrue(outcome.errors().endsWith("/jobs/target/build.log\n"), outcome.errors()),
                () -> assertFalse(spark.wasAsked()),
                () -> assertFalse(Files.exists(checkout.home().resolve("jobs/target/.building"))));
    }

    @Test
    void aFailedGatheringOfSparksJarsLeavesNoneForTheNextTime() throws IOException {
        Path jars = Files.createDirectories(checkout.home()
                .resolve("jobs/target")
                .resolve(Path.of(System.getProperty("foco.spark.home")).getFileName())
                .resolve("jars"));
        Files.createFile(jars.resolve("half.jar"));
        checkout.writeMaven(1);
        assertEquals(1, checkout.ownSpark().run("attend").exitCode());
        assertFalse(Files.exists(jars));
    }

    @Test
    void twoFirstRunsBuildOnce() throws IOException {
        CompletableFuture<Outcome> other =
                CompletableFuture.supplyAsync(() -> checkout.foco(spark).run("attend"));
        Outcome one = checkout.foco(spark).run("attend");
        Outcome two = other.join();
        assertEquals(List.of(0, 0), List.of(one.exitCode(), two.exitCode()));
        assertEquals(1, checkout.callsOfMaven());
        assertEquals(
                1,
                Stream.of(one, two)
                        .filter(outcome -> outcome.errors().contains("another foco is building"))
                        .count());
    }

    @Test
    void theLockOfABuildThatDiedIsTakenOver() throws Exception {
        Path lock = Files.createDirectories(checkout.home().resolve("jobs/target/.building"));
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.writeString(lock.resolve("process"), dead.pid() + "\n");
        Outcome outcome = checkout.foco(spark).run("attend");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(1, checkout.callsOfMaven());
        assertFalse(Files.exists(lock));
    }

    @Test
    void aMissingJavaOrMavenIsNamedWithWhatMendsIt() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : TOOLS) {
            String found = Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin/" : "/bin/";
            Path script = Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec " + found + tool + " \"$@\"\n");
            script.toFile().setExecutable(true);
        }
        FocoCommand bare = checkout.foco(spark).with("PATH", bin.toString()).with("JAVA_HOME", "");
        Outcome withoutJava = bare.run("attend");
        assertEquals(1, withoutJava.exitCode());
        assertTrue(
                withoutJava.errors().startsWith("foco: Foco needs Java 17 or newer, and no java was found. Install"));
        assertEquals(1, withoutJava.errors().lines().count(), withoutJava.errors());

        Outcome withoutMaven =
                bare.with("JAVA_HOME", System.getProperty("java.home")).run("attend");
        assertEquals(1, withoutMaven.exitCode());
        assertTrue(
                withoutMaven.errors().startsWith("foco: building needs Maven 3.8 or newer, and no mvn was found."),
                withoutMaven.errors());
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_402, true", "11.0.22, true", "16, true", "17.0.15, false", "21, false", "25-ea, false"})
    void anOldJavaIsRefused(String version, boolean refused) throws IOException {
        checkout.built();
        Path home = folder.resolve("jdk");
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, "");
        java.toFile().setExecutable(true);
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Outcome outcome =
                checkout.foco(spark).with("JAVA_HOME", home.toString()).run("attend");
        assertEquals(refused ? 1 : 0, outcome.exitCode(), outcome::toString);
        String told = "foco: Foco needs Java 17 or newer; " + java + " is Java " + version + ".";
        assertEquals(refused, outcome.errors().startsWith(told), outcome.errors());
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws IOException {
        Outcome outcome =
                checkout.built().foco(spark).with("JAVA_HOME", "/nowhere").run("attend");
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.errors().startsWith("foco: JAVA_HOME is /nowhere, and there is no bin/java in it."));
    }
}
