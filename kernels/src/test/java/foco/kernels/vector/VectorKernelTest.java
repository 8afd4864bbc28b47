package foco.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.Kernels;
import foco.kernels.mask.Mask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorKernelTest {

    @Test
    void anAnswerDoesNotDependOnTheQueriesBesideIt() {
        for (Mask mask : List.of(Mask.full(), Mask.causal())) {
            Attend attend = Attend.random(new Random(3), Attend.oneHead(40, 24, mask), 331, 900, 8);
            Attend.Result expected = attend.blockwise(VectorKernel::new, 768, 768);
            for (int rows : new int[] {1, 16, 50, 128}) {
                Attend.Result actual = attend.blockwise(VectorKernel::new, rows, 768);
                assertArrayEquals(expected.output(), actual.output(), mask + " by " + rows);
                assertArrayEquals(expected.lse(), actual.lse(), mask + " by " + rows);
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
            Kernels.matrixProduct();
            System.out.println("kernel " + Kernels.create(spec).name());
        }
    }

    /** All bits of some attentions: odd sizes, masks, scores that move references. */
    private static String fingerprint() {
        int hash = 1;
        Random random = new Random(17);
        for (int[] shape : new int[][] {{5, 33, 7, 20}, {33, 140, 48, 16}, {17, 270, 16, 50}}) {
            for (Mask mask : List.of(Mask.full(), Mask.causal(shape[1] - shape[0]))) {
                for (double magnitude : new double[] {1, 200}) {
                    AttentionSpec spec = Attend.oneHead(shape[2], shape[3], mask);
                    Attend attend = Attend.random(random, spec, shape[0], shape[1], magnitude);
                    Attend.Result result = attend.blockwise(VectorKernel::new, 64, 128);
                    assertEquals(
                            0,
                            Attend.relativeError(
                                    result.output(), attend.reference().output()),
                            1e-4);
                    hash = 31 * hash + Arrays.hashCode(result.output());
                    hash = 31 * hash + Arrays.hashCode(result.lse());
                }
            }
        }
        return Integer.toHexString(hash);
    }
}
