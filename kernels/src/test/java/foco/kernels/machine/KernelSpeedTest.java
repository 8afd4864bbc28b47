package foco.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KernelSpeedTest {

    /** A JVM that may not compile the softmax has a slow kernel and a peak like any other. */
    @Test
    void aKernelThatIsCompiledBadlyIsLow() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "--add-modules=jdk.incubator.vector",
                        "-XX:CompileCommand=quiet",
                        "-XX:CompileCommand=exclude,foco.kernels.vector.TileSoftmax::*",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KernelSpeedTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            assertTrue(said.contains("low"), said);
        }
    }

    /** Measures with little patience. */
    public static void main(String[] arguments) {
        KernelSpeed speed = KernelSpeed.measure(TimeUnit.SECONDS.toNanos(1));
        System.out.println(speed + (speed.isLow() ? " low" : " as usual"));
    }
}
