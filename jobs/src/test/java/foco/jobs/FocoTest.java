package foco.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FocoTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int foco(String... arguments) {
        return Foco.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        assertEquals(0, foco("--help"));
        assertTrue(out.toString().contains("attend"), out.toString());
        assertEquals(0, foco("attend", "--help"));
        assertTrue(out.toString().contains("Examples:"), out.toString());
        assertEquals(0, foco("--version"));
        assertTrue(out.toString().lines().anyMatch(line -> line.startsWith("foco ")), out.toString());
        assertEquals("", err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "atend|foco: there is no command 'atend'; did you mean foco attend? (see foco --help)",
                "dmo|foco: there is no command 'dmo'; did you mean foco demo? (see foco --help)",
                "wieghts|foco: there is no command 'wieghts'; did you mean foco weights? (see foco --help)",
                "train|foco: there is no command 'train'; the commands of foco are attend, plan, weights, encode, analyze, ask, report, model, steps, fill, demo, bench, help (see foco --help)",
                "help atend|foco: there is no command 'atend'; did you mean foco attend? (see foco --help)",
                "help bench kernels|foco: there is no command 'kernels'; did you mean foco bench kernel? (see foco bench --help)",
                "help attend more|foco: there is no command 'more'; foco attend has none of its own (see foco attend --help)",
                "bench spak|foco: there is no command 'spak'; did you mean foco bench spark? (see foco bench --help)",
                "--heads 8 attend|foco: --heads stands before the command; write it behind (see foco --help)",
                "attend --heds 4|foco: foco attend has no option --heds; did you mean --heads? (see foco attend --help)",
                "attend --kv_heads=4|foco: foco attend has no option --kv_heads; did you mean --kv-heads? (see foco attend --help)",
                "attend --out O|foco: foco attend has no option --out; did you mean --output? (see foco attend --help)",
                "attend --mastr local|foco: foco attend has no option --mastr; did you mean --master? (see foco attend --help)",
                "attend --colour|foco: foco attend has no option --colour (see foco attend --help)",
                "attend --causal=yes|foco: --causal takes no value, and is given 'yes'; write --causal alone, or leave it out (see foco attend --help)",
                "bench spark --json=x|foco: --json takes no value, and is given 'x'; write --json alone, or leave it out (see foco bench spark --help)",
                "attend causal|foco: 'causal' follows no option; did you mean --causal? (see foco attend --help)",
                "attend --window 4095, 0|foco: '0' follows no option; a value stands behind its option, and a list holds no blanks (see foco attend --help)",
                "attend Q.npy K.npy V.npy|foco: 'Q.npy' follows no option; a value stands behind its option, and a list holds no blanks (see foco attend --help)",
                "attend --query --key K|foco: --query needs a value, Q (see foco attend --help)",
                "attend --query Q --key|foco: --key needs a value, K (see foco attend --help)",
                "attend --query Q --key K --value V --output O --mask causal|foco: --mask takes a file, and there is none named causal; did you mean the option --causal? (see foco attend --help)",
                "attend --query Q --key K --value V --output O --mask window:4095,0|foco: --mask takes a file, and there is none named window:4095,0; did you mean the option --window? (see foco attend --help)",
                "attend --query Q --key K --value V --output O --mask Casual|foco: --mask takes a file, and there is none named Casual; did you mean the option --causal? (see foco attend --help)",
                "attend --query Q --key K --value V --output O --bias alibi|foco: --bias takes a file, and there is none named alibi; did you mean the option --alibi? (see foco attend --help)",
                "attend --query Q --key K --value V --output O --blocks bigbird|foco: --blocks takes a file, and there is none named bigbird; did you mean the option --bigbird? (see foco attend --help)",
                "weights --query Q --key K --output O --mask causal|foco: --mask takes a file, and there is none named causal; did you mean the option --causal? (see foco weights --help)",
                "plan --tokens 5 --mask causal|foco: --mask takes a file, and there is none named causal; did you mean the option --causal? (see foco plan --help)",
                "attend --query Q --key K --value V --output x.csv|foco: --output x.csv: the attention of arrays in files goes to .npy or .safetensors files; name it x.npy (see foco attend --help)",
                "attend --query Q --key K --value V --output a.b/x.parquet|foco: --output a.b/x.parquet: the attention of arrays in files goes to .npy or .safetensors files; name it a.b/x.npy (see foco attend --help)",
                "attend --query Q --key K --value V --output O --lse L.txt|foco: --lse L.txt: the attention of arrays in files goes to .npy or .safetensors files; name it L.npy (see foco attend --help)",
                "attend --query Q --key K --value V --output O.npy --present-key K.pt --present-value V.npy|foco: --present-key K.pt: the attention of arrays in files goes to .npy or .safetensors files; name it K.npy (see foco attend --help)",
                "attend --input T --output x.npy|foco: --output x.npy: the attention of a table goes to a Parquet table; name it x.parquet (see foco attend --help)",
                "attend --input T --output x.CSV|foco: --output x.CSV: the attention of a table goes to a Parquet table; name it x.parquet (see foco attend --help)",
                "attend --input T --output x --present p.npz|foco: --present p.npz: the attention of a table goes to a Parquet table; name it p.parquet (see foco attend --help)",
                "weights --query Q --key K --output x.npz|foco: --output x.npz: weights go to an .npy, .safetensors or .csv file or a Parquet table; name it x.npy, x.csv or x.parquet (see foco weights --help)",
                "weights --query Q --key K --output x.txt|foco: --output x.txt: weights go to an .npy, .safetensors or .csv file or a Parquet table; name it x.npy, x.csv or x.parquet (see foco weights --help)",
                "demo --output page.txt|foco: --output page.txt: the result is a folder of several files; name it page (see foco demo --help)",
                "demo banco.txt|foco: 'banco.txt' follows no option; did you mean --text banco.txt? (see foco demo --help)",
                "demo spring|foco: 'spring' follows no option; did you mean --word spring? (see foco demo --help)",
                "attend --input T --output O --chunk 8K|foco: --chunk: '8K' may mean thousands or 1024s; write the number in full (see foco attend --help)",
                "attend --input T --output O --partitions 99999999999|foco: --partitions: '99999999999' is beyond the 2147483647 that it may be (see foco attend --help)",
                "attend --input T --output O --scale half|foco: --scale: 'half' is no number such as 0.5 or 1e-6 (see foco attend --help)",
                "bench kernel --n many|foco: --n: 'many' is no number such as 5000, 64K or 10M (see foco bench kernel --help)",
                "bench kernel --n 1K --queries 2K|foco: --queries must lie in 1 to --n, which is 1000, and one is 2000 (see foco bench kernel --help)",
                "bench spark --tokens 64KB|foco: --tokens: '64KB' is no number such as 5000, 64K or 10M (see foco bench spark --help)",
                "bench spark --tokens 64K --check -1|foco: --check must be 0 or more, and is -1 (see foco bench spark --help)",
                "bench split-keys --keys 4M --queries 1K --times 0|foco: --times must be 1 or more, and is 0 (see foco bench split-keys --help)",
                "attend|foco: --query, --key, --value, --output are missing (see foco attend --help)",
                "attend --query Q --key K --value V|foco: --output is missing (see foco attend --help)",
                "attend --input T|foco: --output is missing (see foco attend --help)",
                "attend --input T --output O --lse L|foco: --lse is for arrays in files; the table that --input makes has a column lse (see foco attend --help)",
                "attend --input T --key K --output O|foco: --input stands in place of --query, --key and --value; give one or the other (see foco attend --help)",
                "attend --input T --output O --heads 0|foco: --heads must be 1 or more, and is 0 (see foco attend --help)",
                "attend --input T --output O --heads two|foco: --heads: 'two' is no whole number (see foco attend --help)",
                "attend --input T --output O --kv-heads -1|foco: --kv-heads must be 1 or more, and is -1 (see foco attend --help)",
                "attend --input T --output O --heads 8 --kv-heads 3|foco: --kv-heads 3 does not divide --heads 8; give a divisor of 8 (see foco attend --help)",
                "attend --input T --output O --query-offset 5|foco: --query-offset needs --causal, --window, --chunk, --prefix, --strided, --fixed, --documents, --alibi, --relative-bias or --rope (see foco attend --help)",
                "attend --input T --output O --causal --query-offset 5|foco: --query-offset is for arrays in files; a table's queries stand where its keys do (see foco attend --help)",
                "attend --input T --output O --causal --window 4,3|foco: --window 4,3 looks ahead of the query and --causal does not; give --window 4,0, or drop --causal (see foco attend --help)",
                "attend --input T --output O --causal --window 4,-1|foco: --window 4,-1 looks ahead of the query and --causal does not; give --window 4,0, or drop --causal (see foco attend --help)",
                "attend --input T --output O --window -2,0|foco: --window must be L or L,R, each -1 or more, and is -2,0 (see foco attend --help)",
                "attend --input T --output O --window 1,2,3|foco: --window must be L or L,R, each -1 or more, and is 1,2,3 (see foco attend --help)",
                "attend --input T --output O --global 0 --window 1|foco: --global must be 1 or more, and is 0 (see foco attend --help)",
                "attend --input T --output O --global 2 --causal|foco: --global needs --window; without one every query sees these tokens already (see foco attend --help)",
                "attend --input T --output O --chunk 0|foco: --chunk must be 1 or more, and is 0 (see foco attend --help)",
                "attend --input T --output O --prefix 0|foco: --prefix must be 1 or more, and is 0 (see foco attend --help)",
                "attend --input T --output O --prefix 5 --causal|foco: --causal hides what --prefix shows, and --prefix is causal beyond the prefix; give --prefix alone (see foco attend --help)",
                "attend --query Q --key K --value V --output O --documents text|foco: --documents text is no list of lengths such as 200,340,4; a column needs --input (see foco attend --help)",
                "attend --input T --output O --softcap 0|foco: --softcap must be a number above 0, and is 0.0 (see foco attend --help)",
                "attend --input T --output O --alibi=0.5,steep|foco: --alibi: 'steep' is no number of 0 or more (see foco attend --help)",
                "attend --input T --output O --alibi=-1|foco: --alibi: '-1' is no number of 0 or more (see foco attend --help)",
                "attend --input T --output O --alibi --relative-bias R|foco: --alibi and --relative-bias both tell positions; give one of them (see foco attend --help)",
                "attend --input T --output O --max-distance 64|foco: --max-distance needs --relative-bias (see foco attend --help)",
                "attend --input T --output O --relative-bias R --max-distance 0|foco: --max-distance must be 1 or more, and is 0 (see foco attend --help)",
                "attend --input T --output O --bias B|foco: --bias is for arrays in files; it does not go with --input (see foco attend --help)",
                "attend --input T --output O --blocks B|foco: --blocks is for arrays in files; it does not go with --input (see foco attend --help)",
                "attend --input T --output O --block-size 64|foco: --block-size needs --blocks (see foco attend --help)",
                "attend --query Q --key K --value V --output O --blocks B --block-size 0|foco: --block-size must be 1 or more, and is 0 (see foco attend --help)",
                "attend --input T --output O --strided 0|foco: --strided must be 1 or more, and is 0 (see foco attend --help)",
                "attend --input T --output O --fixed 8|foco: --fixed must be N,C with 1 <= C <= N, and is 8 (see foco attend --help)",
                "attend --input T --output O --fixed 8,9|foco: --fixed must be N,C with 1 <= C <= N, and is 8,9 (see foco attend --help)",
                "attend --input T --output O --strided 4 --fixed 8,2|foco: --strided and --fixed are two patterns for one model's heads; give one of them (see foco attend --help)",
                "attend --input T --output O --bigbird 0|foco: --bigbird must be B or B,G,W,R: the positions of a block, and the global, near and random blocks, and is 0 (see foco attend --help)",
                "attend --input T --output O --bigbird 64 --window 5|foco: --bigbird has a window and global tokens of its own; drop --window, or --bigbird (see foco attend --help)",
                "attend --query Q --key K --value V --output O --causal --bigbird 64 --query-offset 5|foco: --query-offset does not go with --bigbird, whose blocks of queries are those of keys (see foco attend --help)",
                "attend --input T --output O --mask M.npy|foco: --mask is for arrays in files; it does not go with --input (see foco attend --help)",
                "attend --input T --output O --key-lengths 3|foco: --key-lengths is for arrays in files; a table's sequences are as long as they are (see foco attend --help)",
                "attend --query Q --key K --value V --output O --key-lengths -1|foco: --key-lengths must be 0 or more, and are [-1] (see foco attend --help)",
                "attend --input T --output O --scale 0|foco: --scale must be a number above 0, and is 0.0 (see foco attend --help)",
                "attend --input T --output O --scale -1|foco: --scale must be a number above 0, and is -1.0 (see foco attend --help)",
                "attend --input T --output O --scale NaN|foco: --scale must be a number above 0, and is NaN (see foco attend --help)",
                "attend --input T --output O --scale 1e99|foco: --scale must be a number above 0, and is 1.0E99 (see foco attend --help)",
                "attend --input T --output O --heads 2 --causal --heads 4|foco: option '--heads' should be specified only once (see foco attend --help)",
                "attend --input T --output O --output P|foco: option '--output' should be specified only once (see foco attend --help)",
                "attend --input T --output O --causal --causal|foco: option '--causal' should be specified only once (see foco attend --help)",
                "bench kernel --widths 64,513|foco: --widths must lie in 1 to 512, and one is 513 (see foco bench kernel --help)",
                "bench kernel --widths 64,wide|foco: --widths: 'wide' is no whole number (see foco bench kernel --help)",
                "bench kernel --masks full|foco: --masks: 'full' is none of dense, causal, window, documents, global, blocks, strided, fixed, bigbird, function (see foco bench kernel --help)",
                "bench kernel --scores plain,cap|foco: --scores: 'cap' is none of plain, softcap, alibi, t5, sinks, function (see foco bench kernel --help)",
                "bench kernel --masks DENSE,Causal --n 0|foco: --n must be 1 or more, and is 0 (see foco bench kernel --help)",
                "bench kernel --n 0|foco: --n must be 1 or more, and is 0 (see foco bench kernel --help)",
                "bench kernel --n 100 --queries 1,101|foco: --queries must lie in 1 to --n, which is 100, and one is 101 (see foco bench kernel --help)",
                "attend --input T --output O --window 5,|foco: --window 5, ends in a comma; complete it or leave the comma out (see foco attend --help)",
                "attend --input T --output O --bigbird 64,2,1,3000000000|foco: --bigbird draws at most 2,147,483,647 blocks at random, and is 64,2,1,3000000000 (see foco attend --help)",
                "attend --input T --output O --rope --rope-scaling dynamic:2,100.5|foco: --rope-scaling dynamic:2,100.5: a length is a whole number, and 100.5 is none (see foco attend --help)",
                "attend --input T --output O --rope --rope-scaling yarn:2,NaN|foco: --rope-scaling yarn:2,NaN: a length is a whole number, and NaN is none (see foco attend --help)",
                "attend --input T --output O --rope --rope-scaling dynamic:2,1e30|foco: --rope-scaling dynamic:2,1e30: a length is a whole number, and 1.0E30 is none (see foco attend --help)",
                "plan --tokens 5 --executor-memory 99999999999g|foco: --executor-memory: '99999999999g' is no size such as 64g or 900m (see foco plan --help)",
                "bench kernel --widths 64,|foco: --widths 64, ends in a comma; complete it or leave the comma out (see foco bench kernel --help)",
                "bench kernel --n 9223372036854775807|foco: --n: '9223372036854775807' is no number such as 5000, 64K or 10M (see foco bench kernel --help)",
                "bench kernel --heads 2147483647|foco: --heads must be at most 4,096, and is 2,147,483,647 (see foco bench kernel --help)",
                "bench kernel --threads 100000000|foco: --threads must be at most 4,096, and is 100,000,000 (see foco bench kernel --help)",
                "bench kernel --heads 0|foco: --heads must be 1 or more, and is 0 (see foco bench kernel --help)",
                "bench kernel --threads 0|foco: --threads must be 1 or more, and is 0 (see foco bench kernel --help)",
                "bench kernel --seconds NaN|foco: --seconds must be a number above 0 and at most 3600, and is NaN (see foco bench kernel --help)",
                "bench spark --tokens 0|foco: --tokens must be 1 or more, and is 0 (see foco bench spark --help)",
                "bench spark --heads -8|foco: --heads must be 1 or more, and is -8 (see foco bench spark --help)",
                "bench spark --width 0|foco: --width must lie in 1 to 512, and is 0 (see foco bench spark --help)",
                "bench spark --seconds 0|foco: --seconds must be a number above 0 and at most 3600, and is 0.0 (see foco bench spark --help)",
                "bench dense --rows 0|foco: --rows must lie in 1 to 65536, and is 0 (see foco bench dense --help)",
                "bench dense --shapes 384|foco: --shapes: '384' is no shape such as 384x1536, of widths 1 to 65536 (see foco bench dense --help)",
                "bench analysis --n 0|foco: --n must lie in 1 to 1048576, and is 0 (see foco bench analysis --help)",
                "bench analysis --top 0|foco: --top must lie in 1 to 1000, and is 0 (see foco bench analysis --help)",
                "bench split-keys --queries 0|foco: --queries must be 1 or more, and is 0 (see foco bench split-keys --help)",
                "bench spark --check -1|foco: --check must be 0 or more, and is -1 (see foco bench spark --help)",
                "plan|foco: --tokens is missing (see foco plan --help)",
                "plan --tokens 10T|foco: --tokens: '10T' is no number such as 5000, 64K or 10M (see foco plan --help)",
                "plan --tokens 5 --cores 0|foco: --cores must be 1 or more, and is 0 (see foco plan --help)",
                "plan --tokens 5 --executor-memory much|foco: --executor-memory: 'much' is no size such as 64g or 900m (see foco plan --help)",
                "plan --tokens 5 --rate 0|foco: --rate must be a number above 0, and is 0.0 (see foco plan --help)",
                "attend --input T --output O --strategy ring|foco: --strategy must be auto, broadcast, stream, split-keys, by-sequence, and is \"ring\" (see foco attend --help)",
                "attend --input T --output O --partitions 0|foco: --partitions must be 1 or more, and is 0 (see foco attend --help)",
            })
    void wrongUsageIsOneLineAndExitCodeTwo(String arguments, String line) {
        assertEquals(2, foco(arguments == null ? new String[0] : arguments.split(" ")));
        assertEquals(line + System.lineSeparator(), err.toString());
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "'', attend, foco: a command is missing",
        "bench, split-keys, 'foco: what to measure is missing: kernel, dense, analysis, spark or split-keys'"
    })
    void aCommandThatIsMissingIsNamedBelowTheListOfThem(String typed, String listed, String line) {
        assertEquals(2, foco(typed.isEmpty() ? new String[0] : typed.split(" ")));
        List<String> lines = err.toString().lines().toList();
        assertTrue(lines.stream().anyMatch(each -> each.startsWith("  " + listed + " ")), err.toString());
        assertEquals(line, lines.get(lines.size() - 1));
        assertEquals("", out.toString());
    }

    @Test
    void aFileMayHaveTheNameOfAnOption(@TempDir Path folder) throws Exception {
        Path mask = Files.createFile(folder.resolve("causal"));
        assertEquals(1, foco("weights", "--query", "Q", "--key", "K", "--output", "W", "--mask", mask.toString()));
        assertFalse(err.toString().contains("--causal"), err.toString());
    }

    @Test
    void badInputIsOneLineAndExitCodeOne(@TempDir Path folder) {
        String missing = folder.resolve("T.parquet").toString();
        assertEquals(
                1,
                foco(
                        "attend",
                        "--input",
                        missing,
                        "--output",
                        folder.resolve("O").toString()));
        assertEquals("foco: " + missing + " does not exist; check the path" + System.lineSeparator(), err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nosuch://x/T|nosuch://x/T: No FileSystem for scheme \"nosuch\"; check the path",
                "hdfs:///T|hdfs:///T: Incomplete HDFS URI, no host: hdfs:///T; check the path",
                "s3a://b/T|s3a://b/T: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found; check the path, or give Spark the jar of that class with --jars or --packages",
                "hdfs://127.0.0.1:1/T|hdfs://127.0.0.1:1/T cannot be reached (Connection refused); check the path and its file system",
            })
    void aFileSystemThatIsNotThereIsNamed(String table, String line) {
        assertEquals(1, foco("attend", "--input", table, "--output", "O"));
        assertEquals("foco: " + line + System.lineSeparator(), err.toString());
    }

    @Test
    void aStackTraceIsShownOnlyWithVerbose(@TempDir Path folder) {
        List<String> arguments =
                new ArrayList<>(List.of("attend", "--input", folder.resolve("T").toString(), "--output", "O"));
        assertEquals(1, foco(arguments.toArray(String[]::new)));
        assertEquals(1, err.toString().lines().count());
        arguments.add("--verbose");
        assertEquals(1, foco(arguments.toArray(String[]::new)));
        assertTrue(err.toString().contains("\tat foco.jobs."), err.toString());
    }

    @Test
    void everyCommandOfTheFolderIsRegisteredAndHasExamples() throws Exception {
        Path classes = Path.of(Foco.class.getResource("Foco.class").toURI()).getParent();
        List<String> commands;
        try (Stream<Path> files = Files.walk(classes)) {
            commands = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Command.class"))
                    .map(name -> name.replace("Command.class", "").toLowerCase(java.util.Locale.ROOT))
                    .toList();
        }
        assertTrue(commands.contains("attend"), commands.toString());
        for (String command : commands) {
            assertEquals(0, foco(command, "--help"), err.toString());
            assertTrue(out.toString().contains("foco " + command + " "), out.toString());
        }
    }

    /** There is no Q, and none is looked for; nor is Spark started. */
    @ParameterizedTest
    @CsvSource({
        "strategie,stream,There is no setting spark.foco.strategie; the nearest is spark.foco.strategy",
        "strategy,strem,'spark.foco.strategy must be auto, broadcast, stream, split-keys or by-sequence, and is \"strem\"'",
    })
    void settingsAreCheckedBeforeTheInputIsRead(String key, String value, String told) {
        System.setProperty("spark.foco." + key, value);
        try {
            assertEquals(2, foco("attend", "--query", "Q", "--key", "K", "--value", "V", "--output", "O.npy"));
        } finally {
            System.clearProperty("spark.foco." + key);
        }
        assertTrue(err.toString().startsWith("foco: " + told), err.toString());
        assertEquals(1, err.toString().lines().count());
    }
}
