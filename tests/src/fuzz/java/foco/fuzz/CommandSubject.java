package foco.fuzz;

import static org.apache.spark.sql.functions.col;

import foco.driver.file.ArrayFile;
import foco.driver.table.TokenRow;
import foco.jobs.Foco;
import foco.kernels.Attend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * {@code foco attend} on inputs of which one file is damaged: it writes an output of the right shape, or says why not in one
 * line and leaves nothing behind.
 */
final class CommandSubject implements Subject {

    /** The form of the input. */
    enum Form {
        NPY,
        PARQUET
    }

    private static final int WIDTH = 4;

    private final OneSession session;
    private final Path folder;
    private final Form form;

    CommandSubject(OneSession session, Path folder, Form form) {
        this.session = session;
        this.folder = folder.resolve("attend-" + form);
        this.form = form;
    }

    @Override
    public String name() {
        return form == Form.NPY ? "attend-npy" : "attend-parquet";
    }

    @Override
    public int share() {
        return 1;
    }

    @Override
    public void check(long seed) throws Mismatch, IOException {
        Random random = new Random(seed);
        SparkSession spark = session.open();
        empty();
        boolean isNpy = form == Form.NPY;
        List<String> arguments = new ArrayList<>(List.of("attend", "--heads", "2"));
        arguments.addAll(isNpy ? npy(random) : parquet(spark, random));
        Path output = folder.resolve(isNpy ? "O.npy" : "O");
        arguments.addAll(List.of("--output", output.toString()));
        StringWriter errors = new StringWriter();
        int code = run(arguments, errors);
        String said = errors.toString();
        if (code == 0) {
            requireReadable(spark, output, isNpy);
        } else if (Files.exists(output) || said.lines().count() != 1 || said.contains("--verbose shows where")) {
            boolean leaves = Files.exists(output);
            arguments.add("--verbose");
            run(arguments, errors);
            throw new Mismatch("exit code %d, output %s: %s".formatted(code, leaves ? "left" : "not left", errors));
        }
    }

    private static int run(List<String> arguments, StringWriter errors) {
        return Foco.run(
                new PrintWriter(new StringWriter()), new PrintWriter(errors, true), arguments.toArray(String[]::new));
    }

    private void empty() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(folder);
    }

    private List<String> npy(Random random) throws IOException {
        int[] shape = random.nextBoolean() ? new int[] {17, 2 * WIDTH} : new int[] {2, 17, WIDTH};
        int damaged = random.nextInt(3);
        List<String> arguments = new ArrayList<>();
        List<String> names = List.of("query", "key", "value");
        for (int i = 0; i < names.size(); i++) {
            NpyBytes whole = NpyBytes.random(random, shape);
            Path file = folder.resolve(names.get(i) + ".npy");
            Files.write(file, i == damaged ? Damage.of(whole.bytes(), random) : whole.bytes());
            arguments.addAll(List.of("--" + names.get(i), file.toString()));
        }
        return arguments;
    }

    private List<String> parquet(SparkSession spark, Random random) throws IOException {
        Path table = folder.resolve("tokens");
        List<TokenRow> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            TokenRow row = new TokenRow();
            row.setPosition(i);
            row.setFirst(Attend.gaussians(random, 2 * WIDTH, 1));
            row.setSecond(Attend.gaussians(random, 2 * WIDTH, 1));
            row.setThird(Attend.gaussians(random, 2 * WIDTH, 1));
            rows.add(row);
        }
        spark.createDataset(rows, Encoders.bean(TokenRow.class))
                .coalesce(1)
                .select(
                        col("position"),
                        col("first").as("query"),
                        col("second").as("key"),
                        col("third").as("value"))
                .write()
                .option("compression", List.of("none", "snappy", "gzip").get(random.nextInt(3)))
                .parquet(table.toString());
        try (Stream<Path> files = Files.list(table)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".crc")) {
                    Files.delete(file);
                } else if (name.endsWith(".parquet")) {
                    Files.write(file, Damage.of(Files.readAllBytes(file), random));
                }
            }
        }
        return List.of("--input", table.toString());
    }

    private static void requireReadable(SparkSession spark, Path output, boolean isNpy) throws IOException, Mismatch {
        if (isNpy) {
            ArrayFile.open(output.toString(), new Configuration());
        } else if (spark.read().parquet(output.toString()).count() == 0) {
            throw new Mismatch("an output without rows");
        }
    }
}
