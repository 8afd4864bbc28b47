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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which Java {@code ./foco} takes: Spark's file systems need one from 17 to 23. */
class LauncherJavaIT {

    @TempDir
    private Path folder;

    private EchoingSpark spark;
    private CheckoutCopy checkout;
    private Path jdks;

    @BeforeEach
    void makeCheckout() throws IOException {
        spark = EchoingSpark.in(folder);
        jdks = Files.createDirectories(folder.resolve("all jdks"));
        checkout = CheckoutCopy.in(folder).built().withJdksIn(jdks);
    }

    @ParameterizedTest
    @CsvSource({
        "1.8.0_402, false",
        "11.0.22, false",
        "16, false",
        "17.0.15, true",
        "21, true",
        "23.0.2, true",
        "24, false",
        "25-ea, false",
    })
    void javaHomesIsTakenIfItServes(String version, boolean serves) throws IOException {
        FakeJdk chosen = FakeJdk.in(folder.resolve("jdk"), version);
        Outcome outcome =
                withoutJava().with("JAVA_HOME", chosen.home().toString()).run("attend");
        assertEquals(serves ? 0 : 1, outcome.exitCode(), outcome::toString);
        String told =
                "foco: Foco needs Java 17 to 23 for this, and " + chosen.java() + " is Java " + version + ". Install";
        assertEquals(!serves, outcome.errors().startsWith(told), outcome.errors());
        assertEquals(serves ? 0 : 1, outcome.errors().lines().count(), outcome.errors());
    }

    @Test
    void aJavaThatServesIsFoundAmongTheInstalled() throws IOException {
        FakeJdk chosen = FakeJdk.in(folder.resolve("jdk"), "25.0.3");
        FakeJdk.in(jdks.resolve("a new one"), "26");
        FakeJdk serving = FakeJdk.in(jdks.resolve("an older one"), "21.0.2");
        assertEquals(
                serving.home().toString(),
                javaHomeOf(withoutJava().with("JAVA_HOME", chosen.home().toString()), "attend"));
        assertEquals(serving.home().toString(), javaHomeOf(withoutJava(), "attend"));
        FakeJdk sdkman = FakeJdk.in(folder.resolve("home/.sdkman/candidates/java/17.0.9-tem"), "17.0.9");
        assertEquals(
                sdkman.home().toString(),
                javaHomeOf(withoutJava().with("HOME", folder.resolve("home").toString()), "attend"));
    }

    @Test
    void theJavaOfThePathIsTakenBeforeOthers() throws IOException {
        FakeJdk.in(jdks.resolve("another"), "17.0.2");
        FakeJdk onPath = FakeJdk.in(folder.resolve("on path"), "17.0.1");
        FakeJdk chosen = FakeJdk.in(folder.resolve("jdk"), "25.0.3");
        FocoCommand foco = withoutJava().with("JAVA_HOME", chosen.home().toString());
        String path = onPath.home().resolve("bin") + ":" + foco.environment().get("PATH");
        assertEquals(null, javaHomeOf(foco.with("PATH", path), "attend"));
    }

    @ParameterizedTest
    @CsvSource({"attend,true", "demo,true", "bench spark,true", "weights,true", "bench kernel,false"})
    void whatStartsNoSparkRunsOnTheJavaThatJavaHomeNames(String command, boolean startsSpark) throws IOException {
        FakeJdk chosen = FakeJdk.in(folder.resolve("jdk"), "25.0.3");
        FakeJdk serving = FakeJdk.in(jdks.resolve("serving"), "17.0.2");
        FocoCommand foco = withoutJava().with("JAVA_HOME", chosen.home().toString());
        String taken = (startsSpark ? serving : chosen).home().toString();
        assertEquals(taken, javaHomeOf(foco, command.split(" ")));
    }

    @Test
    void withNoneThatServesNothingIsBuilt() throws IOException {
        FakeJdk chosen = FakeJdk.in(folder.resolve("jdk"), "25.0.3");
        checkout.edit("pom.xml");
        FocoCommand foco = withoutJava();
        Outcome newer = foco.with("JAVA_HOME", chosen.home().toString()).run("attend");
        Outcome none = foco.run("attend");
        assertAll(
                () -> assertEquals(List.of(1, 1), List.of(newer.exitCode(), none.exitCode())),
                () -> assertTrue(newer.errors().contains("25.0.3. Install a JDK 17"), newer.errors()),
                () -> assertEquals(1, newer.errors().lines().count(), newer.errors()),
                () -> assertTrue(
                        none.errors()
                                .startsWith("foco: Foco needs Java 17 to 23 for this, and no java was found. Inst"),
                        none.errors()),
                () -> assertEquals(0, checkout.callsOfMaven()),
                () -> assertFalse(spark.wasAsked()));
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws IOException {
        Outcome outcome = checkout.foco(spark).with("JAVA_HOME", "/nowhere").run("attend");
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.errors().startsWith("foco: JAVA_HOME is /nowhere, and there is no bin/java in it."));
    }

    /** What spark-submit finds as JAVA_HOME; that it is not the user's is told. */
    private String javaHomeOf(FocoCommand foco, String... command) throws IOException {
        Outcome outcome = foco.run(command);
        assertEquals(0, outcome.exitCode(), outcome::toString);
        String taken = spark.environment().get("JAVA_HOME");
        String wanted = foco.environment().getOrDefault("JAVA_HOME", "");
        boolean told =
                outcome.errors().startsWith("foco: " + wanted + "/bin/java is Java 25.0.3; this needs Java 17 to 23");
        assertEquals(!wanted.isEmpty() && !wanted.equals(taken), told, outcome.errors());
        assertEquals(told ? 1 : 0, outcome.errors().lines().count(), outcome.errors());
        return taken;
    }

    /** Without Java on the PATH, without JAVA_HOME and in a home folder of its own. */
    private FocoCommand withoutJava() throws IOException {
        return checkout.foco(spark)
                .with("PATH", checkout.pathWithoutJavaAndMaven())
                .with("JAVA_HOME", "")
                .with("HOME", folder.toString());
    }
}
