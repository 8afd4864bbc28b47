package foco.jobs.option;

import foco.driver.block.InvalidInputException;
import foco.driver.file.ScoreFile;
import foco.driver.plan.Counted;
import foco.jobs.terminal.UsageLine;
import foco.kernels.AttentionSpec;
import foco.kernels.score.Alibi;
import foco.kernels.score.ScoreModifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What becomes of the scaled scores, in the order of the options here, before the masks. */
public final class ScoreOptions {
    public static final String HEADING = "%nScores, what becomes of them between scale and masks, in this order:%n";

    private static final int DISTANCE = 128;

    @Option(names = "--softcap", paramLabel = "C", description = "C * tanh(score / C). Gemma 2: 50.")
    private Double softCap;

    @Option(
            names = "--alibi",
            paramLabel = "S,S...",
            arity = "0..1",
            fallbackValue = Slopes.PUBLISHED,
            converter = Slopes.Converter.class,
            description = "Less a head's slope for each position between query and key; of all heads, or"
                    + " the published ones. BLOOM, MPT: --causal --alibi.")
    private Slopes alibi;

    @Option(
            names = "--relative-bias",
            paramLabel = "FILE",
            description =
                    "T5's learned bias by distance: an .npy file [buckets, heads]. With --causal all buckets are for"
                            + " keys before the query, without it half of them.")
    private String relativeBias;

    @Option(
            names = "--max-distance",
            paramLabel = "N",
            description =
                    "With --relative-bias: from where on distances share the last bucket (default: " + DISTANCE + ").")
    private Long maxDistance;

    @Option(
            names = "--bias",
            paramLabel = "FILE",
            description = "Plus a number for each query and key, -inf to hide it: an .npy file [n_q, n_k], [heads, n_q,"
                    + " n_k] or [batch, heads, n_q, n_k], any dimension 1. For small inputs.")
    private String bias;

    @Option(
            names = "--sinks",
            paramLabel = "FILE",
            description =
                    "A learned score for each head that takes its share of the softmax and gives no value: an .npy"
                            + " file [heads]. gpt-oss.")
    private String sinks;

    /** @throws ParameterException if an option is out of range or needs another */
    public void check(CommandSpec command, boolean table) {
        UsageLine.require(
                softCap == null || softCap >= 1e-6 && softCap <= 1e30,
                command,
                "--softcap must be a number above 0, and is " + softCap);
        UsageLine.require(
                relativeBias == null || alibi == null,
                command,
                "--alibi and --relative-bias both tell positions; give one of them");
        UsageLine.require(maxDistance == null || relativeBias != null, command, "--max-distance needs --relative-bias");
        UsageLine.require(
                maxDistance == null || maxDistance >= 1,
                command,
                "--max-distance must be 1 or more, and is " + maxDistance);
        UsageLine.require(
                bias == null || !table, command, "--bias is for arrays in files; it does not go with --input");
    }

    /** Whether query positions matter to any of them. */
    public boolean knowPositions() {
        return alibi != null || relativeBias != null;
    }

    /**
     * Adds them to an attention.
     *
     * @param shapes with all keys, a past's too
     * @throws InvalidInputException if a file is not as it must be
     * @throws IllegalArgumentException if what it holds is out of range
     */
    public AttentionSpec apply(AttentionSpec spec, AttentionShapes shapes, boolean causal, Configuration hadoop)
            throws IOException {
        List<ScoreModifier> scores = new ArrayList<>();
        if (softCap != null) {
            scores.add(ScoreModifier.softCap(softCap));
        }
        if (alibi != null) {
            scores.add(alibi.alibi(spec.heads()));
        }
        if (relativeBias != null) {
            scores.add(ScoreModifier.relativeBias(
                    ScoreFile.relativeBias(relativeBias, spec.heads(), hadoop),
                    !causal,
                    maxDistance == null ? DISTANCE : maxDistance,
                    0));
        }
        if (bias != null) {
            scores.add(ScoreFile.bias(bias, shapes.query(), shapes.key(), hadoop));
        }
        AttentionSpec scored = spec.withScores(scores);
        return sinks == null ? scored : scored.withSinks(ScoreFile.sinks(sinks, spec.heads(), hadoop));
    }

    /** The slopes that an option gives, or none for the published ones. */
    record Slopes(float... given) {
        static final String PUBLISHED = "published";

        ScoreModifier alibi(int heads) {
            if (given.length != 0 && given.length != heads) {
                throw new InvalidInputException(
                        "--alibi gives %s for %s; give one for each, or none for the published ones"
                                .formatted(Counted.text(given.length, "slope"), Counted.text(heads, "head")));
            }
            return ScoreModifier.alibi(0, given.length == 0 ? Alibi.slopes(heads) : given);
        }

        private static final Pattern NUMBER = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

        static final class Converter implements ITypeConverter<Slopes> {
            @Override
            public Slopes convert(String option) {
                String[] words = option.equals(PUBLISHED) ? new String[0] : option.split(",", -1);
                float[] given = new float[words.length];
                for (int h = 0; h < words.length; h++) {
                    given[h] = slope(words[h]);
                }
                return new Slopes(given);
            }

            private static float slope(String word) {
                float slope = NUMBER.matcher(word).matches() ? Float.parseFloat(word) : Float.NaN;
                if (!(slope >= 0 && slope <= Alibi.STEEPEST)) {
                    throw new TypeConversionException("'%s' is no number of 0 or more".formatted(word));
                }
                return slope;
            }
        }
    }
}
