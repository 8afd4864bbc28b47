package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.params.provider.ValueSource;

/** When {@code ./foco} builds, and what it says then; Maven is played by a script that notes its calls. */
class LauncherBuildIT {

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
    void aMissingMavenIsNamedWithWhatMendsIt() throws IOException {
        Outcome outcome = checkout.foco(spark)
                .with("PATH", checkout.pathWithoutJavaAndMaven())
                .with("JAVA_HOME", System.getProperty("java.home"))
                .run("attend");
        assertEquals(1, outcome.exitCode());
        assertTrue(
                outcome.errors().startsWith("foco: building needs Maven 3.8 or newer, and no mvn was found."),
                outcome.errors());
    }
}
