package foco.driver.model;

import foco.driver.file.Safetensors;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The tensors of a Hugging Face folder. */
record SafetensorsModel(String name, Safetensors file) implements TensorSource {

    @Override
    public Set<String> names() {
        return file.names();
    }

    @Override
    public List<Long> shape(String tensor) throws IOException {
        return file.shape(tensor);
    }

    @Override
    public boolean isInTwoBytes(String tensor) throws IOException {
        return file.type(tensor).isHalf();
    }

    @Override
    public float[] read(String tensor) throws IOException {
        return file.read(tensor);
    }
}
