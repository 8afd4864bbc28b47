package foco.jobs.input;

import foco.jobs.option.AttentionOptions;
import foco.jobs.option.MaskOptions;
import foco.jobs.option.PastOptions;
import foco.jobs.option.RotaryOptions;
import foco.jobs.option.ScoreOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The options of the commands that read queries, keys and values: which attention it is, and what goes before the keys. */
public final class AttentionInput {
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
        rotary.check(command);
        past.check(command, table, values, masks.hasQueryOffset());
        masks.check(command, table, rotary.isGiven() || scores.knowPositions());
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
