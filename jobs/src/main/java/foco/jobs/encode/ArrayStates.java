package foco.jobs.encode;

import foco.driver.block.TokenBlocks;
import foco.driver.file.ArrayTarget;
import foco.driver.file.ArrayWriter;
import foco.driver.file.HeadLayout;
import foco.driver.storage.PendingOutputs;
import java.io.IOException;
import java.util.Map;

/** Hidden states in {@code .npy} files, {@code [tokens, width]}: a file for each layer. */
record ArrayStates(PendingOutputs outputs, Map<Integer, ArrayTarget> targets, KeptRows kept) implements StateOutput {

    @Override
    public void write(int layer, TokenBlocks hidden) throws IOException {
        write(outputs, targets.get(layer), kept, hidden, 0);
    }

    /** Writes a column. */
    static void write(PendingOutputs outputs, ArrayTarget target, KeptRows kept, TokenBlocks blocks, int column)
            throws IOException {
        int width = blocks.columns().get(column).elements();
        ArrayWriter writer = target.vectors(outputs, new HeadLayout(HeadLayout.Form.TOKENS, 1, kept.count(), 1, width));
        Gathered.each(blocks, column, kept, rows -> writer.write(0, rows.outputRow(), rows.rows(), rows.values()));
    }
}
