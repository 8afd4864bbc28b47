package foco.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of a user's classes, compiled anew as between two runs of a program. */
class AttentionFormTest {

    @TempDir
    private Path folder;

    private int compiled;
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @AfterEach
    void restoreLoader() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /**
     * What a program's class gives.
     *
     * @param mask an expression in which {@code N} is a number
     * @param n that number
     */
    private Mask mask(String mask, int n) throws Exception {
        Path own = Files.createDirectory(folder.resolve("run" + compiled++));
        Path source = Files.writeString(
                own.resolve("Program.java"), """
                import foco.kernels.mask.Mask;

                public class Program {
                    record Every(int offset) implements Mask {
                        public boolean allows(int head, long query, long key) { return (key + offset) % N == 0; }
                    }
                    static class Base implements java.io.Serializable {
                        boolean sees(long key) { return key % N == 0; }
                    }
                    static class Derived extends Base implements Mask {
                        public boolean allows(int head, long query, long key) { return sees(key); }
                    }
                    static boolean sees(int head, long query, long key) { return key % N == 0; }
                    interface Sieve extends Mask {
                        default boolean allows(int head, long query, long key) { return key % N == 0; }
                    }
                    enum Kind implements Sieve { ONE }
                    static class Written implements Mask {
                        public boolean allows(int head, long query, long key) { return key % N == 0; }
                        Object writeReplace() { return Mask.full(); }
                    }
                    public static Mask mask() { return MASK; }
                }
                """.replace("MASK", mask).replace("% N", "% " + n));
        int failures = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", System.getProperty("java.class.path"), source.toString());
        assertEquals(0, failures);
        URLClassLoader loader =
                new URLClassLoader(new URL[] {own.toUri().toURL()}, getClass().getClassLoader());
        Thread.currentThread().setContextClassLoader(loader); // as spark-submit does with a program's jars
        return (Mask) loader.loadClass("Program").getMethod("mask").invoke(null);
    }

    private static AttentionForm form(Mask mask) {
        AttentionSpec spec = AttentionSpec.of(2, 8).withMask(mask);
        return AttentionForm.of(2, List.of(spec, spec));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(head, query, key) -> key % N == 0",
                "Program::sees",
                "new Every(1)",
                "new Derived()",
                "Kind.ONE",
                "new Written()",
                "Mask.causal().and(new Every(0))",
                "Mask.window(3, 3).or((head, query, key) -> key % N == 0).shifted(7)",
            })
    void onlyTheCodeTellsAChangedProgramFromTheSame(String mask) throws Exception {
        AttentionForm first = form(mask(mask, 3));
        assertEquals(first, form(mask(mask, 3)));
        assertEquals(List.of("Program"), first.classes());
        AttentionForm changed = form(mask(mask, 4));
        assertEquals(first.hash(), changed.hash());
        assertNotEquals(first.codeHash(), changed.codeHash());
    }

    @Test
    void whatAMaskHoldsCountsAsBefore() throws Exception {
        assertNotEquals(
                form(mask("new Every(1)", 3)).hash(),
                form(mask("new Every(2)", 3)).hash());
    }

    @Test
    void focosOwnMasksHaveNoOtherCode() {
        AttentionSpec spec = AttentionSpec.of(2, 8)
                .withMask(Mask.causal().and(Mask.window(100, 0).or(Mask.global(3, 0))))
                .withScores(ScoreModifier.softCap(20), ScoreModifier.alibi(2));
        assertEquals(List.of(), AttentionForm.of(2, List.of(spec)).classes());
    }
}
