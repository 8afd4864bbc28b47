package foco.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.FocoCommand;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code foco.jar} brings to a cluster: nothing that could meet another version of itself there. */
class FocoJarIT {

    private static final String SERVICES = "META-INF/services/";
    private static final String VERSIONS = "META-INF/versions/\\d+/";

    /** Libraries that Spark's distribution never has, by the package that all of their classes are in. */
    private static final Map<String, String> LIBRARIES = Map.of(
            "picocli/", "info.picocli",
            "ai/djl/", "ai.djl",
            "ai/onnx/proto/", "ai.onnx",
            "org/tribuo/util/onnx/", "org.tribuo",
            "com/sun/jna/", "net.java.dev.jna");

    /** Libraries that Spark or its users may have, with their packages in the jar. */
    private static final Map<String, String> RELOCATED = Map.of(
            "foco/shaded/protobuf/", "com.google.protobuf",
            "foco/shaded/jline/", "org.jline",
            "foco/shaded/progressbar/", "me.tongfei");

    private static Path jar;
    private static Set<String> entries;
    private static Set<String> classes;

    @BeforeAll
    static void listTheJar() throws IOException {
        FocoCommand.makeReady();
        jar = FocoCommand.inCheckout().launcher().resolveSibling("jobs/target/foco.jar");
        entries = entries(jar);
        classes = classes(entries);
    }

    private static Set<String> entries(Path jarFile) throws IOException {
        try (JarFile file = new JarFile(jarFile.toFile())) {
            return file.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> classes(Set<String> entries) {
        return entries.stream()
                .filter(name -> name.endsWith(".class"))
                .map(name -> name.replaceFirst(VERSIONS, ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(String entry) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return new String(file.getInputStream(file.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everyClassIsFocosOrOfALibraryThatSparkNeverHas() {
        List<String> others = classes.stream()
                .filter(name -> !name.startsWith("foco/"))
                .filter(name -> LIBRARIES.keySet().stream().noneMatch(name::startsWith))
                .toList();
        assertEquals(List.of(), others);
        Stream.concat(LIBRARIES.keySet().stream(), RELOCATED.keySet().stream())
                .forEach(library ->
                        assertTrue(classes.stream().anyMatch(name -> name.startsWith(library)), library + " is gone"));
    }

    @Test
    void noClassIsInSparksJars() throws IOException {
        Map<String, Path> found = new TreeMap<>();
        List<Path> jars = sparkJars();
        assertTrue(jars.size() > 100, jars::toString);
        for (Path spark : jars) {
            classes(entries(spark)).stream().filter(classes::contains).forEach(name -> found.put(name, spark));
        }
        assertEquals(Map.of(), found);
    }

    private static List<Path> sparkJars() throws IOException {
        try (Stream<Path> files = Files.walk(jar.getParent(), 3)) {
            return files.filter(file -> file.getParent().endsWith("jars"))
                    .filter(file -> file.getParent()
                            .getParent()
                            .getFileName()
                            .toString()
                            .startsWith("spark-"))
                    .filter(file -> file.toString().endsWith(".jar"))
                    .toList();
        }
    }

    @Test
    void servicesNameClassesOfTheJar() throws IOException {
        List<String> services =
                entries.stream().filter(name -> name.startsWith(SERVICES)).toList();
        assertFalse(services.isEmpty());
        for (String service : services) {
            String name = service.substring(SERVICES.length());
            if (!name.contains("/")) {
                assertTrue(classes.contains(classFile(name)), service);
            }
            List<String> named = read(service)
                    .lines()
                    .map(line ->
                            line.replaceFirst("#.*", "").replaceFirst(".*=", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
            assertFalse(named.isEmpty(), service);
            named.forEach(provider ->
                    assertTrue(classes.contains(classFile(provider)), "%s names %s".formatted(service, provider)));
        }
    }

    private static String classFile(String className) {
        return className.replace('.', '/') + ".class";
    }

    /** JLine looks for its terminal by the name of a file, and in Spark's JLine there is one of the old name. */
    @Test
    void theRelocatedTerminalIsFound() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            Object provider = loader.loadClass("foco.shaded.jline.terminal.spi.TerminalProvider")
                    .getMethod("load", String.class)
                    .invoke(null, "exec");
            assertEquals(
                    "foco.shaded.jline.terminal.impl.exec.ExecTerminalProvider",
                    provider.getClass().getName());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void theNativeTokenizersAreThere() {
        for (String library : List.of(
                "linux-x86_64/cpu/libtokenizers.so",
                "linux-aarch64/cpu/libtokenizers.so",
                "osx-aarch64/cpu/libtokenizers.dylib",
                "win-x86_64/cpu/tokenizers.dll")) {
            assertTrue(entries.contains("native/lib/" + library), library);
        }
    }

    @Test
    void theLicenceOfEachLibraryIsThere() throws IOException {
        assertTrue(read("META-INF/LICENSE").contains("Version 2.0, January 2004"));
        String notice = read("META-INF/NOTICE");
        Stream.concat(LIBRARIES.values().stream(), RELOCATED.values().stream())
                .forEach(library -> assertTrue(notice.contains(library), library));
        List<String> files = Stream.of(notice.split("[\\s,:]+"))
                .filter(word -> word.startsWith("META-INF/"))
                .toList();
        assertTrue(files.size() >= 8, files::toString);
        files.forEach(file -> assertTrue(entries.stream().anyMatch(name -> name.startsWith(file)), file));
        assertTrue(entries.stream().anyMatch(name -> name.matches(".*/webjars/d3/.*/LICENSE")));
    }
}
