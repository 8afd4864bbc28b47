package foco.jobs.option;

import foco.driver.PackedDocuments;
import foco.driver.block.InvalidInputException;
import foco.driver.file.MaskFile;
import foco.driver.plan.Counted;
import foco.jobs.terminal.UsageLine;
import foco.kernels.mask.Mask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which keys a query sees. Options together let a query see what each of them lets it see. */
public final class MaskOptions {
    public static final String HEADING =
            "%nMasks, which keys a query sees (default: all; of several, what all of them let it" + " see):%n";
    private static final Pattern LENGTHS = Pattern.compile("\\d+(,\\d+)*");
    private static final int LONGEST_LENGTH = 18;
    private static final long BLOCK = 128;
    private static final List<Long> BIG_BIRD = List.of(64L, 2L, 1L, 3L);
    private static final Pattern OFFSET = Pattern.compile("[+-]?\\d{1,18}");

    @Option(names = "--causal", description = "Those up to its own position: decoders, such as GPT-2 and Llama.")
    private boolean causal;

    @Option(
            names = "--window",
            paramLabel = "L[,R]",
            split = ",",
            hideParamSyntax = true,
            description = "Those from L before its position to R after it (default: L; -1: no limit). Mistral: --causal"
                    + " --window 4095,0.")
    private List<Long> window;

    @Option(
            names = "--global",
            paramLabel = "N",
            description = "With --window: the first N tokens see all keys and all queries see them, as in Longformer.")
    private Long global;

    @Option(
            names = "--chunk",
            paramLabel = "N",
            description = "Those of its own chunk of N positions. Llama 4's local layers: --causal --chunk 8192.")
    private Long chunk;

    @Option(
            names = "--prefix",
            paramLabel = "N",
            description = "The first N, and those up to its own position: prefix-LM, as in PaliGemma.")
    private Long prefix;

    @Option(
            names = "--bigbird",
            paramLabel = "B[,G,W,R]",
            split = ",",
            hideParamSyntax = true,
            description =
                    "In blocks of B: the first G (default: 2), its own and W to either side (1), and R at random (3);"
                            + " the first G see all. BigBird: --bigbird 64.")
    private List<Long> bigBird;

    @Option(
            names = "--strided",
            paramLabel = "N",
            description = "The last N, and every N-th before: Sparse Transformer. Looks back only.")
    private Long strided;

    @Option(
            names = "--fixed",
            paramLabel = "N,C",
            split = ",",
            hideParamSyntax = true,
            description =
                    "Those so far of its own chunk of N, and the last C of each chunk before: Sparse Transformer.")
    private List<Long> fixed;

    @Option(
            names = "--documents",
            paramLabel = "LENGTHS|COLUMN",
            description =
                    "Those of its own document: the lengths of packed documents (200,340,4), or the table's column"
                            + " that tells documents apart.")
    private String documents;

    @Option(
            names = "--key-lengths",
            paramLabel = "N[,N...]",
            split = ",",
            hideParamSyntax = true,
            description = "The first N of each sequence of the batch; the keys after them are padding.")
    private List<Long> keyLengths;

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description =
                    "Those where an .npy file holds True: bool [n_q, n_k], [heads, n_q, n_k] or [batch, heads, n_q,"
                            + " n_k], any dimension 1. For small inputs.")
    private String file;

    @Option(
            names = "--blocks",
            paramLabel = "FILE",
            description = "Those of the blocks where an .npy file holds True: bool [rows, columns] or [heads, rows,"
                    + " columns].")
    private String blocks;

    @Option(
            names = "--block-size",
            paramLabel = "N",
            description = "With --blocks: the positions of a block (default: " + BLOCK + ").")
    private Long blockSize;

    @Option(
            names = "--query-offset",
            paramLabel = "N|end",
            description =
                    "Query i stands at position i + N, as when N keys came before the queries (default: 0); end: the"
                            + " last query stands at the last key, or the last of --key-lengths.")
    private String queryOffset;

    /** @throws ParameterException if an option is out of range or two of them clash */
    public void check(CommandSpec command, boolean table, boolean positionsMatter) {
        checkWindow(command);
        checkSparse(command, table);
        require(global == null || global >= 1, command, "--global must be 1 or more, and is " + global);
        require(
                global == null || window != null,
                command,
                "--global needs --window; without one every query sees these tokens already");
        require(chunk == null || chunk >= 1, command, "--chunk must be 1 or more, and is " + chunk);
        require(prefix == null || prefix >= 1, command, "--prefix must be 1 or more, and is " + prefix);
        require(
                prefix == null || !causal,
                command,
                "--causal hides what --prefix shows, and --prefix is causal beyond the prefix; give --prefix alone");
        require(
                documents == null || table || LENGTHS.matcher(documents).matches(),
                command,
                "--documents %s is no list of lengths such as 200,340,4; a column needs --input".formatted(documents));
        require(
                keyLengths == null || !table,
                command,
                "--key-lengths is for arrays in files; a table's sequences are as long as they are");
        require(
                keyLengths == null || keyLengths.stream().allMatch(n -> n >= 0),
                command,
                "--key-lengths must be 0 or more, and are " + keyLengths);
        require(file == null || !table, command, "--mask is for arrays in files; it does not go with --input");
        require(
                queryOffset == null
                        || queryOffset.equals("end")
                        || OFFSET.matcher(queryOffset).matches(),
                command,
                "--query-offset must be a whole number or end, and is " + queryOffset);
        require(
                queryOffset == null
                        || causal
                        || positionsMatter
                        || Stream.of(window, chunk, prefix, documents, strided, fixed)
                                .anyMatch(option -> option != null),
                command,
                "--query-offset needs --causal, --window, --chunk, --prefix, --strided, --fixed, --documents, --alibi,"
                        + " --relative-bias or --rope");
        require(
                queryOffset == null || bigBird == null,
                command,
                "--query-offset does not go with --bigbird, whose blocks of queries are those of keys");
        require(
                queryOffset == null || !table,
                command,
                "--query-offset is for arrays in files; a table's queries stand where its keys do");
    }

    private void checkWindow(CommandSpec command) {
        if (window == null) {
            return;
        }
        String given = joined(window);
        require(
                window.size() <= 2 && window.stream().allMatch(side -> side >= -1),
                command,
                "--window must be L or L,R, each -1 or more, and is " + given);
        require(
                !causal || window.size() == 1 || window.get(1) == 0,
                command,
                "--window %s looks ahead of the query and --causal does not; give --window %d,0, or drop --causal"
                        .formatted(given, window.get(0)));
    }

    private void checkSparse(CommandSpec command, boolean table) {
        require(
                bigBird == null || bigBird.size() <= 4 && bigBird.stream().allMatch(n -> n >= 0) && bigBird.get(0) >= 1,
                command,
                "--bigbird must be B or B,G,W,R: the positions of a block, and the global, near and random blocks, and is "
                        + joined(bigBird));
        require(
                bigBird == null || bigBird.size() < 4 || bigBird.get(3) <= Integer.MAX_VALUE,
                command,
                "--bigbird draws at most %,d blocks at random, and is %s"
                        .formatted(Integer.MAX_VALUE, joined(bigBird)));
        require(
                bigBird == null || window == null,
                command,
                "--bigbird has a window and global tokens of its own; drop --window, or --bigbird");
        require(strided == null || strided >= 1, command, "--strided must be 1 or more, and is " + strided);
        require(
                fixed == null || fixed.size() == 2 && fixed.get(1) >= 1 && fixed.get(0) >= fixed.get(1),
                command,
                "--fixed must be N,C with 1 <= C <= N, and is " + joined(fixed));
        require(
                strided == null || fixed == null,
                command,
                "--strided and --fixed are two patterns for one model's heads; give one of them");
        require(blocks == null || !table, command, "--blocks is for arrays in files; it does not go with --input");
        require(blockSize == null || blocks != null, command, "--block-size needs --blocks");
        require(blockSize == null || blockSize >= 1, command, "--block-size must be 1 or more, and is " + blockSize);
    }

    private static String joined(List<Long> numbers) {
        return numbers == null
                ? ""
                : String.join(",", numbers.stream().map(String::valueOf).toList());
    }

    private static void require(boolean holds, CommandSpec command, String otherwise) {
        UsageLine.require(holds, command, otherwise);
    }

    public boolean isCausal() {
        return causal;
    }

    /** @throws IllegalArgumentException if a mask file or the lengths do not fit */
    public Mask mask(AttentionShapes shapes, Configuration hadoop) throws IOException {
        Mask mask = documents == null ? positions() : positions().and(Mask.documents(lengths()));
        if (keyLengths != null) {
            mask = mask.and(validKeys(shapes.key().sequences()));
        }
        if (blocks != null) {
            mask = mask.and(MaskFile.blocks(blocks, blockSize == null ? BLOCK : blockSize, hadoop));
        }
        return file == null ? mask : mask.and(MaskFile.read(file, shapes.query(), shapes.key(), hadoop));
    }

    /** @throws InvalidInputException if the column of documents is not as it must be */
    public Mask mask(Dataset<Row> tokens) {
        if (documents == null) {
            return positions();
        }
        return positions()
                .and(
                        LENGTHS.matcher(documents).matches()
                                ? Mask.documents(lengths())
                                : PackedDocuments.mask(tokens, documents));
    }

    /** The masks that know positions only. */
    private Mask positions() {
        Mask mask = causal ? Mask.causal() : Mask.full();
        if (chunk != null) {
            mask = mask.and(Mask.chunks(chunk, 0));
        }
        if (prefix != null) {
            mask = mask.and(Mask.prefix(prefix, 0));
        }
        if (window != null) {
            Mask near = Mask.window(window.get(0), window.get(window.size() - 1));
            mask = mask.and(global == null ? near : near.or(Mask.global(global, 0)));
        }
        if (bigBird != null) {
            mask = mask.and(bigBird());
        }
        if (strided != null) {
            mask = mask.and(Mask.strided(strided, 0));
        }
        return fixed == null ? mask : mask.and(Mask.fixed(fixed.get(0), fixed.get(1), 0));
    }

    private Mask bigBird() {
        List<Long> all = new ArrayList<>(bigBird);
        all.addAll(BIG_BIRD.subList(bigBird.size(), BIG_BIRD.size()));
        return Mask.bigBird(all.get(0), all.get(1), all.get(2), Math.toIntExact(all.get(3)), 0);
    }

    public boolean hasQueryOffset() {
        return queryOffset != null;
    }

    /** The position of each sequence's first query among the keys. */
    public long[] queryOffsets(AttentionShapes shapes) {
        long[] offsets = new long[shapes.query().sequences()];
        if (queryOffset != null && !queryOffset.equals("end")) {
            Arrays.fill(offsets, Long.parseLong(queryOffset));
        } else if (queryOffset != null) {
            Arrays.setAll(
                    offsets,
                    s -> (keyLengths == null ? shapes.key().tokens() : keyLengths.get(s))
                            - shapes.query().tokens());
        }
        return offsets;
    }

    private long[] lengths() {
        return Stream.of(documents.split(",", -1))
                .mapToLong(length -> length.length() > LONGEST_LENGTH ? Long.MAX_VALUE : Long.parseLong(length))
                .toArray();
    }

    private Mask validKeys(int sequences) {
        if (keyLengths.size() != sequences) {
            throw new InvalidInputException("--key-lengths gives %s for %s; give one for each"
                    .formatted(Counted.text(keyLengths.size(), "length"), Counted.text(sequences, "sequence")));
        }
        Map<String, Mask> masks = new HashMap<>();
        for (int sequence = 0; sequence < sequences; sequence++) {
            masks.put(String.valueOf(sequence), Mask.validKeys(keyLengths.get(sequence)));
        }
        return Mask.bySequence(masks);
    }
}
