package foco.driver.model;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The named tensors of a file of weights, or of several. Names and shapes are those of PyTorch's modules. */
public interface TensorSource {

    /** The file, as messages call it. */
    String name();

    /** The names of all tensors. */
    Set<String> names();

    /** The lengths of a tensor's dimensions, slowest first. */
    List<Long> shape(String tensor) throws IOException;

    /** Whether a tensor's numbers take two bytes each in the file, in bfloat16 or float16. */
    boolean isInTwoBytes(String tensor) throws IOException;

    /** The numbers of a tensor in C order, in float32. */
    float[] read(String tensor) throws IOException;
}
