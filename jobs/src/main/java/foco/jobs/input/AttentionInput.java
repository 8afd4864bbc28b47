package foco.jobs.input;

import foco.jobs.option.AttentionOptions;
import foco.jobs.option.AttentionShapes;
import foco.jobs.option.MaskOptions;
import foco.jobs.option.PastOptions;
import foco.jobs.option.RotaryOptions;
import foco.jobs.option.ScoreOptions;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.kernels.text.SpecText;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The options of the commands that read queries, keys and values: which attention it is, and what goes before the keys. */
public final class AttentionInput {
    private static final Pattern CAUSAL = Pattern.compile("\\bcausal\\b");

    @ArgGroup(validate = false, heading = AttentionOptions.HEADING)
    private AttentionOptions attention = new AttentionOptions();

    @ArgGroup(validate = false, heading = ScoreOptions.HEADING)
    private ScoreOptions scores = new ScoreOptions();

    @ArgGroup(validate = false, heading = RotaryOptions.HEADING)
    private RotaryOptions rotary = new RotaryOptions();

    @ArgGroup(validate = false, heading = PastOptions.HEADING)
    private PastOptions past = new PastOptions();

    @ArgGroup(validate = false, heading = MaskOptions.HEADING)
    private MaskOptions masks = new MaskOptions();

    /**
     * @param table whether the input is a table
     * @param values whether values are needed; else a past has none
     * @throws ParameterException if an option is out of range or two of them clash
     */
    public void check(CommandSpec command, boolean table, boolean values) {
        attention.check(command);
        scores.check(command, table);
        rotary.check(command, attention.text().map(SpecText::hasRotary).orElse(false));
        past.check(command, table, values, masks.hasQueryOffset());
        masks.check(command, table, attention.text().isPresent() || rotary.isGiven() || scores.knowPositions());
    }

    /**
     * The attention of files: what {@code --spec} says, or the other options.
     *
     * @param whole the shapes with all keys, a past's too
     * @throws IllegalArgumentException if it does not fit the shapes, or a file does not
     */
    AttentionSpec spec(AttentionShapes shapes, AttentionShapes whole, Configuration hadoop) throws IOException {
        Optional<SpecText> text = attention.text();
        if (text.isPresent()) {
            return spec(text.get(), shapes);
        }
        AttentionSpec masked = attention.spec(shapes).withMask(masks.mask(whole, hadoop));
        return scores.apply(masked, whole, masks.isCausal(), hadoop);
    }

    private static AttentionSpec spec(SpecText text, AttentionShapes shapes) {
        return text.spec(
                shapes.query().heads(),
                shapes.key().heads(),
                shapes.query().width(),
                shapes.value().width());
    }

    /** The attention of a table's rows, but for the mask that follows from its columns: {@link #mask}. */
    AttentionSpec spec(AttentionShapes shapes, Configuration hadoop) throws IOException {
        Optional<SpecText> text = attention.text();
        return text.isPresent()
                ? spec(text.get(), shapes)
                : scores.apply(attention.spec(shapes), shapes, masks.isCausal(), hadoop);
    }

    /** The mask over a table's rows. */
    Mask mask(Dataset<Row> rows) {
        return attention.text().map(SpecText::mask).orElseGet(() -> masks.mask(rows));
    }

    /** @throws IllegalArgumentException if it does not fit heads of that width, or a file does not */
    Optional<RotaryEmbedding> rotary(int headWidth, Configuration hadoop) throws IOException {
        Optional<SpecText> text = attention.text();
        return text.isPresent() ? text.get().rotary(headWidth) : rotary.embedding(headWidth, hadoop);
    }

    /** Whether a query sees nothing after itself because the options say causal. */
    public boolean isCausal() {
        return attention
                .text()
                .map(text -> CAUSAL.matcher(text.toString()).find())
                .orElse(masks.isCausal());
    }

    public AttentionOptions attention() {
        return attention;
    }

    public ScoreOptions scores() {
        return scores;
    }

    public RotaryOptions rotary() {
        return rotary;
    }

    public PastOptions past() {
        return past;
    }

    public MaskOptions masks() {
        return masks;
    }
}
