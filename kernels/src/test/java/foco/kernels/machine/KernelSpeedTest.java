package foco.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.kernels.AttentionSpec;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.QueryBlock;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KernelSpeedTest {

    /** A JVM that may not compile the softmax has a slow kernel and a peak like any other. */
    @Test
    void aKernelThatIsCompiledBadlyIsLow() throws Exception {
        String said = measured(
                1, "-XX:CompileCommand=quiet", "-XX:CompileCommand=exclude,foco.kernels.vector.TileSoftmax::*");
        assertTrue(said.contains("low"), said);
    }

    /**
     * One JVM in a hundred had not seen the types of the vectors that loops carry when it compiled them, and made objects of them.
     * A JVM that compiles once, without counting in code of a first compiler, shows the same each time.
     */
    @Test
    void aKernelNeedsNoTypeProfiles() throws Exception {
        String said = measured(60, "-XX:-TieredCompilation");
        assertTrue(said.contains("as usual"), said);
    }

    private static String measured(int patienceSeconds, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-modules=jdk.incubator.vector");
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                KernelSpeedTest.class.getName(),
                String.valueOf(patienceSeconds)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            return said;
        }
    }

    /** Measures with as much patience as it is told, after more turns than any compiler waits for. */
    public static void main(String[] arguments) {
        AttentionSpec spec = AttentionSpec.of(1, 32);
        float[] zeros = new float[512 * 32];
        QueryBlock queries = QueryBlock.pack(spec, 0, 0, 64, zeros, 0, 32);
        KeyValueBlock keys = KeyValueBlock.pack(0, 512, zeros, 0, 32, 32, zeros, 0, 32, 32);
        AttentionKernel kernel = Kernels.create(spec);
        long start = System.nanoTime();
        for (int turn = 0; turn < 5000 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30); turn++) {
            kernel.attend(queries, keys, SoftmaxState.of(spec, 0, 64));
        }
        KernelSpeed speed = KernelSpeed.measure(TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0])));
        System.out.println(speed + (speed.isLow() ? " low" : " as usual"));
    }
}
