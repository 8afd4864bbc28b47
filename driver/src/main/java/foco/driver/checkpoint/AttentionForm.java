package foco.driver.checkpoint;

import foco.driver.sweep.Sweep;
import foco.kernels.AttentionSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that an attention's masks and score modifiers are made of, by hashes: their serial form, and the code of classes that
 * are neither Java's nor Foco's. The serial form of a lambda or of a record holds no code, so that it would not change where
 * that has.
 *
 * <p>Of an object's class, the class files of the outermost class, of all classes nested in it, and of its superclasses and
 * interfaces count; of a lambda's, those of the class that it is written in. What these call in other classes is not seen.
 *
 * @param hash of the serial form
 * @param codeHash of the class files
 * @param classes the names of the outermost classes whose code counts
 */
record AttentionForm(String hash, String codeHash, List<String> classes) {

    /**
     * @param specs what to compute for each sequence: each one's mask stands for itself
     * @throws IllegalArgumentException if something cannot be serialized, or its code cannot be read
     */
    static AttentionForm of(int heads, List<AttentionSpec> specs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Code code = new Code(specs);
        try (Writer objects = new Writer(bytes, code)) {
            objects.writeInt(heads);
            for (AttentionSpec spec : specs) {
                parts(spec).forEach(part -> code.add(part.getClass()));
                objects.writeObject(spec);
            }
            return new AttentionForm(Manifest.hex(bytes(bytes, objects)), code.hash(), code.classes());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The attention's mask or score modifier cannot be serialized (%s); a checkpoint needs that, as executors do."
                            .formatted(e.getMessage()),
                    e);
        }
    }

    /**
     * The same of what is done with items, statistics among it.
     *
     * @throws IllegalArgumentException if something cannot be serialized, or its code cannot be read
     */
    static AttentionForm of(Sweep<?> sweep) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Code code = new Code(List.of());
        try (Writer objects = new Writer(bytes, code)) {
            objects.writeObject(sweep);
            return new AttentionForm(Manifest.hex(bytes(bytes, objects)), code.hash(), code.classes());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "A statistic cannot be serialized (%s); a checkpoint needs that, as executors do."
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private static byte[] bytes(ByteArrayOutputStream bytes, Writer objects) throws IOException {
        objects.flush();
        return bytes.toByteArray();
    }

    /** What may be anybody's class, and give another object to be written in its place. */
    private static Stream<Object> parts(AttentionSpec spec) {
        return Stream.concat(Stream.of(spec.mask()), spec.scores().stream());
    }

    /** Notes the classes of what is written. */
    private static final class Writer extends ObjectOutputStream {

        private final Code code;

        Writer(OutputStream out, Code code) throws IOException {
            super(out);
            this.code = code;
            enableReplaceObject(true);
        }

        @Override
        protected void annotateClass(Class<?> type) {
            code.add(type);
        }

        @Override
        protected void annotateProxyClass(Class<?> type) {
            code.add(type);
        }

        @Override
        protected Object replaceObject(Object object) {
            if (object instanceof SerializedLambda lambda) {
                code.add(lambda.getCapturingClass());
                code.add(lambda.getImplClass());
                code.add(lambda.getFunctionalInterfaceClass());
            }
            return object;
        }
    }

    /** Class files by the names of their classes. */
    private static final class Code {

        private final List<ClassLoader> loaders;
        private final Set<Class<?>> seen = new LinkedHashSet<>();
        private final SortedMap<String, String> files = new TreeMap<>();
        private final Set<String> outermost = new LinkedHashSet<>();

        /** @param specs whose classes' loaders know the classes that lambdas name */
        Code(List<AttentionSpec> specs) {
            Stream<ClassLoader> own = specs.stream()
                    .flatMap(AttentionForm::parts)
                    .map(part -> part.getClass().getClassLoader());
            Stream<ClassLoader> others =
                    Stream.of(Thread.currentThread().getContextClassLoader(), AttentionForm.class.getClassLoader());
            this.loaders = Stream.concat(own, others)
                    .filter(Objects::nonNull)
                    .distinct()
                    .toList();
        }

        /** @param name with slashes, as in class files */
        void add(String name) {
            String binary = name.replace('/', '.');
            for (ClassLoader loader : loaders) {
                try {
                    add(Class.forName(binary, false, loader));
                    return;
                } catch (ClassNotFoundException e) {
                    continue; // another loader may know it
                }
            }
            throw unreadable(binary);
        }

        void add(Class<?> type) {
            Class<?> element = type;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            if (isKnownOtherwise(element) || !seen.add(element)) {
                return;
            }
            if (!element.isHidden()) { // as the class of a lambda is
                addFiles(element.getNestHost());
            }
            List<Class<?>> above = new ArrayList<>(List.of(element.getInterfaces()));
            above.add(element.getSuperclass());
            above.stream().filter(Objects::nonNull).forEach(this::add);
        }

        /** Java's code is not ours to follow; of Foco's, the print of its rounding tells. */
        private static boolean isKnownOtherwise(Class<?> type) {
            ClassLoader loader = type.getClassLoader();
            boolean java = type.isPrimitive() || loader == null || loader == ClassLoader.getPlatformClassLoader();
            return java || type.getName().startsWith("foco.") && isBeside(type, AttentionSpec.class, Manifest.class);
        }

        private static boolean isBeside(Class<?> type, Class<?>... others) {
            return Stream.of(others)
                    .map(Class::getProtectionDomain)
                    .anyMatch(domain -> Objects.equals(
                            domain.getCodeSource(), type.getProtectionDomain().getCodeSource()));
        }

        private void addFiles(Class<?> host) {
            outermost.add(host.getName());
            for (Class<?> member : host.getNestMembers()) {
                files.put(member.getName(), fileHash(member));
            }
        }

        private static String fileHash(Class<?> type) {
            String file =
                    type.getName().substring(type.getPackageName().length()).replaceFirst("^\\.", "") + ".class";
            try (InputStream in = type.getResourceAsStream(file)) {
                if (in == null) {
                    throw unreadable(type.getName());
                }
                return Manifest.hex(in.readAllBytes());
            } catch (IOException e) {
                throw unreadable(type.getName());
            }
        }

        private static IllegalArgumentException unreadable(String name) {
            return new IllegalArgumentException(
                    "The class file of %s, a mask, score modifier or statistic, cannot be read, and a checkpoint has to know its code; let it be a class in a jar, or compute without a checkpoint."
                            .formatted(name));
        }

        String hash() {
            return Manifest.hex(files.toString().getBytes(StandardCharsets.UTF_8));
        }

        List<String> classes() {
            return outermost.stream().sorted().toList();
        }
    }
}
