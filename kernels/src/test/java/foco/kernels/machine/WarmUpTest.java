package foco.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final String THREAD = "foco-kernel-warm-up";

    @Test
    void aProcessThatAttendedToNothingHasItsKernelCompiled() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "--add-modules=jdk.incubator.vector",
                        "-XX:+PrintCompilation",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WarmUpTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            for (String method : List.of("TileProduct::\\w+ByTwo", "TileSoftmax::byTwo")) {
                Pattern optimized = Pattern.compile(" 4 +foco\\.kernels\\.vector\\." + method + " ");
                assertTrue(optimized.matcher(said).find(), said);
            }
        }
    }

    /** Asks twice, and waits for the one thread, which measures once. */
    public static void main(String[] arguments) throws InterruptedException {
        List<KernelSpeed> measured = new CopyOnWriteArrayList<>();
        Kernels.warmUp(measured::add);
        Kernels.warmUp(measured::add);
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(THREAD))
                .toList();
        if (threads.size() != 1 || !threads.get(0).isDaemon()) {
            throw new AssertionError(threads.toString());
        }
        threads.get(0).join();
        if (measured.size() != 1 || !(measured.get(0).share() > 0)) {
            throw new AssertionError(measured.toString());
        }
    }
}
