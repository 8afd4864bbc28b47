package foco.jobs.encode;

import foco.driver.block.TokenBlocks;
import foco.driver.file.SafetensorsWriter;
import foco.driver.file.SafetensorsWriter.Tensor;
import foco.driver.file.SafetensorsWriter.Type;
import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import foco.driver.text.TokenSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;

/**
 * Hidden states in a safetensors file: for each token its {@code document}, {@code id}, {@code start} and {@code end}, and
 * the vectors {@code hidden.LAYER [tokens, width]}.
 */
final class SafetensorsStates implements StateOutput {

    private final SafetensorsWriter writer;
    private final KeptRows kept;

    SafetensorsStates(PendingOutputs outputs, OutputTarget target, SortedSet<Integer> layers, int width, KeptRows kept)
            throws IOException {
        this.kept = kept;
        List<Long> each = List.of(kept.count());
        List<Tensor> tensors = new ArrayList<>();
        for (String name : List.of("document", "id", "start", "end")) {
            tensors.add(new Tensor(name, Type.I32, each));
        }
        for (int layer : layers) {
            tensors.add(new Tensor("hidden." + layer, Type.F32, List.of(kept.count(), (long) width)));
        }
        this.writer = new SafetensorsWriter(target.name(), outputs.bytes(target), tensors);
        for (TokenSequence sequence : kept.sequences()) {
            int[] documents = new int[sequence.keepTo() - sequence.keepFrom()];
            Arrays.fill(documents, sequence.document());
            writer.write("document", documents);
        }
        for (TokenSequence sequence : kept.sequences()) {
            writer.write("id", Arrays.copyOfRange(sequence.ids(), sequence.keepFrom(), sequence.keepTo()));
        }
        for (TokenSequence sequence : kept.sequences()) {
            writer.write("start", Arrays.copyOfRange(sequence.starts(), sequence.keepFrom(), sequence.keepTo()));
        }
        for (TokenSequence sequence : kept.sequences()) {
            writer.write("end", Arrays.copyOfRange(sequence.ends(), sequence.keepFrom(), sequence.keepTo()));
        }
    }

    @Override
    public void write(int layer, TokenBlocks hidden) throws IOException {
        Gathered.each(hidden, 0, kept, rows -> writer.write("hidden." + layer, rows.values()));
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }
}
