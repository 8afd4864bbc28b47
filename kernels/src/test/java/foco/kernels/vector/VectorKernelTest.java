package foco.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.machine.Kernels;
import foco.kernels.mask.Mask;
import foco.kernels.score.ScoreModifier;
import foco.kernels.shape.KernelShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorKernelTest {

    @Test
    void anAnswerDoesNotDependOnTheQueriesBesideIt() {
        Mask sparse = (head, query, key) -> (7 * query + 13 * key) % 97 == 0;
        for (Mask mask : List.of(Mask.full(), Mask.causal(), Mask.strided(50, 0), Mask.fixed(40, 3, 0), sparse)) {
            for (List<ScoreModifier> scores : List.of(List.<ScoreModifier>of(), everyKind(331, 900))) {
                AttentionSpec spec = Attend.oneHead(40, 24, mask).withScores(scores);
                Attend attend = Attend.random(new Random(3), spec, 331, 900, 8);
                Attend.Result expected = attend.blockwise(VectorKernel::new, 768, 768);
                for (int rows : new int[] {1, 16, 50, 128}) {
                    Attend.Result actual = attend.blockwise(VectorKernel::new, rows, 768);
                    assertArrayEquals(expected.output(), actual.output(), spec + " by " + rows);
                    assertArrayEquals(expected.lse(), actual.lse(), spec + " by " + rows);
                }
            }
        }
    }

    /** The same mask pair by pair, of which no kernel knows that its queries slide. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void isolatedKeysAreAttendedToWithTheBitsOfWholePanels(
            @ForAll @IntRange(min = 2, max = 200) int stride,
            @ForAll @IntRange(min = -200, max = 1000) int offset,
            @ForAll @IntRange(min = 1, max = 120) int queries,
            @ForAll @IntRange(min = 1, max = 1100) int keys,
            @ForAll @IntRange(min = 0, max = 4) int kind,
            @ForAll @IntRange(min = 1, max = 70) int width) {
        Mask strided = Mask.strided(stride, offset);
        Mask mask = List.of(
                        strided,
                        strided.and(Mask.window(300, 0, offset)),
                        strided.and(Mask.validKeys(1 + keys / 2)),
                        strided.or(Mask.global(3, offset)),
                        strided.and(Mask.window(stride - 1, 0, offset).not()))
                .get(kind);
        Attend attend = Attend.random(
                new Random(stride), Attend.oneHead(width, 1 + width / 2, mask), queries, keys, kind == 0 ? 200 : 1);
        Mask pairs = (head, query, key) -> mask.allows(head, query, key);
        Attend same = new Attend(attend.spec().withMask(pairs), 0, queries, keys, attend.q(), attend.k(), attend.v());
        Attend.Result expected = same.blockwise(VectorKernel::new, 90, 700);
        Attend.Result actual = attend.blockwise(VectorKernel::new, 90, 700);
        assertArrayEquals(expected.output(), actual.output());
        assertArrayEquals(expected.lse(), actual.lse());
    }

    /** Soft cap, ALiBi, relative bias, matrix and function, such that references move. */
    private static List<ScoreModifier> everyKind(int queries, int keys) {
        Random random = new Random(7);
        float[][] table = new float[32][];
        for (int b = 0; b < table.length; b++) {
            table[b] = Attend.gaussians(random, 1, 3);
        }
        float[][] biases = new float[queries][];
        for (int i = 0; i < queries; i++) {
            biases[i] = Attend.gaussians(random, keys, 3);
        }
        return List.of(
                (score, head, query, key) -> score + key % 5,
                ScoreModifier.softCap(30),
                ScoreModifier.alibi(keys - queries, 0.7f),
                ScoreModifier.relativeBias(table, true, 128, 0),
                ScoreModifier.bias(biases));
    }

    @Test
    void aScoreThatIsFiniteHidesNoKeyHoweverLowItIs() {
        AttentionSpec spec =
                Attend.oneHead(8, 8, Mask.full()).withScores((score, head, query, key) -> -Double.MAX_VALUE);
        Attend attend = Attend.random(new Random(1), spec, 3, 40, 1);
        double[] average = attend.reference().output();
        assertEquals(
                0,
                Attend.relativeError(attend.blockwise(VectorKernel::new, 3, 40).output(), average),
                1e-6);
    }

    /** Such as sums of infinities of either sign; they must not pass for the scores of hidden keys. */
    @ParameterizedTest
    @ValueSource(floats = {1e30f, -1e30f})
    void scoresThatFloat32DoesNotHoldAreNoNumber(float second) {
        for (List<ScoreModifier> scores : List.of(
                List.<ScoreModifier>of(), List.of(ScoreModifier.softCap(30)), List.of(ScoreModifier.alibi(1)))) {
            AttentionSpec spec = Attend.oneHead(2, 3, Mask.causal()).withScores(scores);
            Attend attend = Attend.random(new Random(5), spec, 40, 40, 1);
            Arrays.fill(attend.q(), 1e30f);
            attend.k()[2 * 7] = 1e30f;
            attend.k()[2 * 7 + 1] = second;
            Attend.Result result = attend.blockwise(VectorKernel::new, 40, 40);
            for (int i = 0; i < 40; i++) {
                assertEquals(i < 7, Float.isFinite(result.lse()[i]), "query " + i);
                assertEquals(i < 7, Float.isFinite(result.output()[3 * i]), "query " + i);
            }
        }
    }

    @Test
    void aFunctionThatGivesNoNumberIsNamedWithItsPlace() {
        AttentionSpec spec = Attend.oneHead(8, 8, Mask.causal())
                .withScores((score, head, query, key) -> query == 3 && key == 2 ? Double.NaN : score);
        Attend attend = Attend.random(new Random(1), spec, 5, 5, 1);
        String said = assertThrows(IllegalArgumentException.class, () -> attend.blockwise(VectorKernel::new, 5, 5))
                .getMessage();
        assertTrue(said.contains("gave NaN") && said.contains("head 0, query 3, key 2"), said);
    }

    @Test
    void aFunctionIsAskedAboutVisiblePairsOnly() {
        Mask mask = Mask.window(5, 3).and((head, query, key) -> key % 4 != 0);
        AttentionSpec spec = Attend.oneHead(8, 8, mask).withScores((score, head, query, key) -> {
            assertTrue(mask.allows(head, query, key) && query < 37 && key < 150, query + ", " + key);
            return score;
        });
        Attend attend = Attend.random(new Random(1), spec, 37, 150, 1);
        assertArrayEquals(
                Attend.random(new Random(1), spec.withScores(), 37, 150, 1)
                        .reference()
                        .output(),
                attend.reference().output(),
                1e-12);
        attend.blockwise(VectorKernel::new, 37, 150);
    }

    @Test
    void aFunctionAsMaskIsAskedOnceAboutAPairThatNothingElseHides() {
        for (Mask within : List.of(Mask.full(), Mask.causal(), Mask.window(300, 20))) {
            int[] asked = new int[600 * 600];
            Mask function = (head, query, key) -> {
                asked[(int) query * 600 + (int) key]++;
                return query % 3 != 1 && key < 500;
            };
            for (Mask mask : List.of(function.and(within), within.not().or(function))) {
                Arrays.fill(asked, 0);
                Attend.random(new Random(1), Attend.oneHead(8, 8, mask), 600, 600, 1)
                        .blockwise(VectorKernel::new, 250, 250);
                for (int pair = 0; pair < asked.length; pair++) {
                    assertEquals(within.allows(0, pair / 600, pair % 600) ? 1 : 0, asked[pair], mask + " " + pair);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void vectorsOfEveryWidthGiveTheSameBits(int bits) throws Exception {
        String other = run("--add-modules=jdk.incubator.vector", "-Dfoco.vector.bits=" + bits);
        assertTrue(other.endsWith(bits + " bits " + fingerprint() + System.lineSeparator()), other);
    }

    @Test
    void withoutTheVectorModuleFocoSaysSoOnceAndUsesBreeze() throws Exception {
        String said = run("-Dfoco.test=portable");
        assertEquals(1, said.split("jdk.incubator.vector", -1).length - 1, said);
        assertTrue(said.contains("kernel breeze"), said);
    }

    @Test
    void withoutFusedMultiplyAddFocoSaysSoOnceAndUsesBreeze() throws Exception {
        assumeTrue(KernelShape.isX86(System.getProperty("os.arch")), "others have it always");
        String said = run("-XX:-UseFMA", "--add-modules=jdk.incubator.vector", "-Dfoco.test=portable");
        assertEquals(1, said.split("no fused multiply-add", -1).length - 1, said);
        assertTrue(said.contains("kernel breeze"), said);
    }

    /** Runs {@link #main} in a JVM of its own and returns all that it prints. */
    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), VectorKernelTest.class.getName()));
        boolean whole = !options[0].startsWith("--");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(whole ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.DISCARD);
        builder.redirectErrorStream(whole);
        Process process = builder.start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            return said;
        }
    }

    public static void main(String[] arguments) {
        if (System.getProperty("foco.test") == null) {
            System.out.println(Lanes.SPECIES.vectorBitSize() + " bits " + fingerprint());
        } else {
            AttentionSpec spec = AttentionSpec.of(1, 8);
            Kernels.dense();
            System.out.println("kernel " + Kernels.create(spec).name());
        }
    }

    /** Strided, fixed: keys that are computed as diagonals, and keys that are gathered. */
    private static List<Mask> masks(long offset) {
        return List.of(Mask.full(), Mask.causal(offset), Mask.strided(40, offset), Mask.fixed(30, 3, offset));
    }

    /** Rows of queries and of keys, widths of keys and of values, and the rows of a block of each. */
    private record Shape(int queries, int keys, int keyWidth, int valueWidth, int queryRows, int keyRows) {}

    /**
     * Blocks of one tile, of several and of a part of one, whose first tile is full and whose last ends within a panel, at
     * its end, within the first vector of one, and at an odd key.
     */
    private static List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>(List.of(
                new Shape(5, 33, 7, 20, 64, 128),
                new Shape(40, 91, 9, 3, 64, 128),
                new Shape(17, 270, 16, 50, 64, 128),
                new Shape(33, 1100, 11, 18, 33, 1024),
                new Shape(50, 900, 5, 7, 16, 768)));
        for (int beyond : new int[] {-17, -1, 0, 1, 3, 4, 9, 16, 250}) {
            shapes.add(new Shape(16 + Math.floorMod(beyond, 33), 512 + beyond, 3, 17, 48, 512 + beyond / 2));
        }
        return shapes;
    }

    /** All bits of some attentions: odd sizes, blocks and tiles of every alignment, masks, scores that move references. */
    private static String fingerprint() {
        int hash = 1;
        Random random = new Random(17);
        for (Shape shape : shapes()) {
            for (Mask mask : masks(shape.keys - shape.queries)) {
                for (double magnitude : new double[] {1, 200}) {
                    AttentionSpec spec = Attend.oneHead(shape.keyWidth, shape.valueWidth, mask);
                    spec = magnitude == 1
                            ? spec
                            : spec.withScores(everyKind(shape.queries, shape.keys))
                                    .withSinks(3);
                    Attend attend = Attend.random(random, spec, shape.queries, shape.keys, magnitude);
                    Attend.Result result = attend.blockwise(VectorKernel::new, shape.queryRows, shape.keyRows);
                    assertEquals(
                            0,
                            Attend.relativeError(
                                    result.output(), attend.reference().output()),
                            1e-4,
                            shape + " " + mask);
                    hash = 31 * hash + Arrays.hashCode(result.output());
                    hash = 31 * hash + Arrays.hashCode(result.lse());
                }
            }
        }
        return Integer.toHexString(hash);
    }
}
