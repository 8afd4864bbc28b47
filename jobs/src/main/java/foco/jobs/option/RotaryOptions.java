package foco.jobs.option;

import foco.driver.block.InvalidInputException;
import foco.driver.file.ArrayFile;
import foco.driver.file.ArrayReader;
import foco.jobs.terminal.UsageLine;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.dense.RotaryScaling;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How queries and keys are turned by their positions before they meet. */
public final class RotaryOptions {
    public static final String HEADING =
            "%nRotary position embedding (RoPE), for queries and keys that are not turned yet:%n";

    private static final String LINEAR = "linear:F";
    private static final String DYNAMIC = "dynamic:F,LENGTH";
    private static final String YARN = "yarn:F,LENGTH[,FAST,SLOW,ATTENTION]";
    private static final String LLAMA = "llama3:F,LOW,HIGH,LENGTH";
    private static final String KINDS = LINEAR + ", " + DYNAMIC + ", " + YARN + " or " + LLAMA;

    /** Up to here float64, as which numbers are read, holds every whole number. */
    private static final double LONGEST = 1L << 53;

    @Option(names = "--rope", description = "Turn queries and keys by their positions, as Llama, Qwen and Mistral do.")
    private boolean rope;

    @Option(
            names = "--rope-base",
            paramLabel = "B",
            description = "The base of the frequencies, rope_theta in model files (default: 10000; Llama 3: 500000).")
    private Double base;

    @Option(
            names = "--rope-width",
            paramLabel = "W",
            description = "Turn the first W elements of a head (default: all), an even number.")
    private Integer width;

    @Option(
            names = "--rope-interleaved",
            description =
                    "Elements 2i and 2i+1 are a pair, as in GPT-J (default: i and i + W/2, as in GPT-NeoX and Llama).")
    private boolean interleaved;

    @Option(
            names = "--rope-scaling",
            paramLabel = "KIND:N,...",
            description = {"rope_scaling in model files, one of:", LINEAR, DYNAMIC, YARN, LLAMA})
    private String scaling;

    @Option(
            names = "--rope-positions",
            paramLabel = "FILE|COLUMN",
            description =
                    "The position of each token: an .npy file of integers, [n] or [batch, n], or the table's column"
                            + " (default: its place in the sequence).")
    private String positions;

    @Option(
            names = "--rope-cos",
            paramLabel = "FILE",
            description = "Cosines in place of a base, an .npy file, [positions, W/2]; with --rope-sin.")
    private String cosines;

    @Option(names = "--rope-sin", paramLabel = "FILE", description = "Sines likewise.")
    private String sines;

    /** @throws ParameterException if an option is out of range or two of them clash */
    public void check(CommandSpec command) {
        check(command, false);
    }

    /**
     * @param textRotates whether a spec's text has a rotary embedding
     * @throws ParameterException if an option is out of range or two of them clash
     */
    public void check(CommandSpec command, boolean textRotates) {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("--rope-base", base);
        given.put("--rope-width", width);
        given.put("--rope-interleaved", interleaved ? true : null);
        given.put("--rope-scaling", scaling);
        given.put("--rope-positions", positions);
        given.put("--rope-cos", cosines);
        given.put("--rope-sin", sines);
        given.forEach((name, value) -> require(rope || textRotates || value == null, command, name + " needs --rope"));
        require(
                (cosines == null) == (sines == null),
                command,
                "%s is missing; cosines and sines go together"
                        .formatted(cosines == null ? "--rope-cos" : "--rope-sin"));
        require(
                cosines == null || base == null && scaling == null && width == null,
                command,
                "--rope-cos and --rope-sin say all that --rope-base, --rope-scaling and --rope-width would; give one or the"
                        + " other");
        require(
                width == null || width >= 2 && width % 2 == 0,
                command,
                "--rope-width must be an even number from 2 on, and is " + width);
        require(
                base == null || base > 1 && base <= Double.MAX_VALUE,
                command,
                "--rope-base must be a number above 1, and is " + base);
        scaling(command);
    }

    private static void require(boolean holds, CommandSpec command, String otherwise) {
        UsageLine.require(holds, command, otherwise);
    }

    private RotaryScaling scaling(CommandSpec command) {
        if (scaling == null) {
            return RotaryScaling.none();
        }
        try {
            return scaling(scaling);
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    command.commandLine(), "--rope-scaling must be %s, and is %s".formatted(KINDS, scaling));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(), "--rope-scaling %s: %s".formatted(scaling, e.getMessage()));
        }
    }

    /** @throws NumberFormatException if it is none of {@link #KINDS} */
    private static RotaryScaling scaling(String text) {
        String kind = text.replaceFirst(":.*", "");
        double[] n = Arrays.stream(text.substring(Math.min(text.length(), kind.length() + 1))
                        .split(",", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return switch (kind + n.length) {
            case "linear1" -> RotaryScaling.linear(n[0]);
            case "dynamic2" -> RotaryScaling.dynamicNtk(n[0], length(n[1]));
            case "yarn2" -> RotaryScaling.yarn(n[0], length(n[1]));
            case "yarn5" -> RotaryScaling.yarn(n[0], length(n[1]), n[2], n[3], n[4]);
            case "llama34" -> RotaryScaling.llama3(n[0], n[1], n[2], length(n[3]));
            default -> throw new NumberFormatException(text);
        };
    }

    /** The positions that a model was trained on. */
    private static long length(double given) {
        if (given != Math.rint(given) || Math.abs(given) > LONGEST) {
            throw new IllegalArgumentException("a length is a whole number, and %s is none".formatted(given));
        }
        return (long) given;
    }

    public boolean isGiven() {
        return rope;
    }

    /**
     * The embedding for heads of a width, if there shall be one.
     *
     * @throws IllegalArgumentException if it does not fit them, or a file does not
     */
    public Optional<RotaryEmbedding> embedding(int headWidth, Configuration hadoop) throws IOException {
        if (!rope) {
            return Optional.empty();
        }
        RotaryEmbedding embedding;
        if (cosines != null) {
            embedding = cached(hadoop);
        } else {
            require(
                    width != null || headWidth % 2 == 0,
                    "heads are %d wide, and elements turn in pairs; give --rope-width",
                    headWidth);
            RotaryScaling stretch = scaling == null ? RotaryScaling.none() : scaling(scaling);
            embedding = RotaryEmbedding.of(
                    width == null ? headWidth : width, base == null ? RotaryEmbedding.BASE : base, stretch);
        }
        require(
                embedding.width() <= headWidth,
                "%s turns %d elements, and heads are %d wide; give %3$d or less",
                cosines == null ? "--rope-width" : cosines,
                embedding.width(),
                headWidth);
        return Optional.of(interleaved ? embedding.interleaved() : embedding);
    }

    private RotaryEmbedding cached(Configuration hadoop) throws IOException {
        ArrayFile cos = ArrayFile.open(cosines, hadoop);
        ArrayFile sin = ArrayFile.open(sines, hadoop);
        List<Long> shape = cos.header().shape();
        require(
                shape.size() == 2 && shape.get(1) >= 1 && cos.header().type().isFloat(),
                "%s is no array of floats [positions, pairs]",
                cos);
        require(
                sin.header().shape().equals(shape) && sin.header().type().isFloat(),
                "%s and %s are not alike; each position needs a cosine and a sine for each pair",
                cos,
                sin);
        return RotaryEmbedding.cached(shape.get(1).intValue(), floats(cos, hadoop), floats(sin, hadoop));
    }

    private static float[] floats(ArrayFile file, Configuration hadoop) throws IOException {
        float[] values = new float[Math.toIntExact(file.header().elements())];
        try (ArrayReader reader = file.reader(hadoop)) {
            reader.read(0, values, 0, values.length);
        }
        return values;
    }

    /** The table's column of positions, if it is not the usual one. */
    public Optional<String> column() {
        return Optional.ofNullable(positions);
    }

    /**
     * The file of the positions of all tokens, {@code [batch, tokens]} or {@code [tokens]} for all sequences, if there is one.
     *
     * @throws InvalidInputException if the file is for other tokens
     */
    public Optional<ArrayFile> positions(AttentionShapes shapes, Configuration hadoop) throws IOException {
        if (positions == null) {
            return Optional.empty();
        }
        ArrayFile file = ArrayFile.open(positions, hadoop);
        long batch = shapes.query().sequences();
        long tokens = shapes.query().tokens();
        require(
                shapes.key().tokens() == tokens,
                "--rope-positions is for as many queries as keys, and there are %d and %d",
                tokens,
                shapes.key().tokens());
        List<Long> shape = file.header().shape();
        require(
                !file.header().type().isFloat()
                        && (shape.equals(List.of(tokens)) || shape.equals(List.of(batch, tokens))),
                "%s holds no positions: an array of integers (%d,) or (%d, %2$d) is due",
                file,
                tokens,
                batch);
        return Optional.of(file);
    }

    private static void require(boolean holds, String otherwise, Object... values) {
        if (!holds) {
            throw new InvalidInputException(otherwise.formatted(values));
        }
    }
}
