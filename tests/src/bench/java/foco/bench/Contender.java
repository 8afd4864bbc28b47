package foco.bench;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Who is timed. ONNX Runtime comes with each of its operators that compute attention; the fastest is its best way. */
public enum Contender {
    /** From rows to rows. */
    FOCO("Foco"),
    /** On keys and values that are packed already, as every task but the first finds them. */
    FOCO_PACKED("Foco, packed before"),
    MULTI_HEAD_ATTENTION("MultiHeadAttention"),
    ATTENTION("Attention-23"),
    GROUP_QUERY_ATTENTION("GroupQueryAttention"),
    LIBTORCH("libtorch");

    private final String label;

    Contender(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** All that can compute attention of a shape. */
    static List<Contender> of(Shape shape) {
        Predicate<Contender> able = contender -> contender != GROUP_QUERY_ATTENTION || shape.causal();
        return Arrays.stream(values()).filter(able).toList();
    }

    /** Whether it is an operator of ONNX Runtime. */
    boolean isOnnxRuntime() {
        return switch (this) {
            case MULTI_HEAD_ATTENTION, ATTENTION, GROUP_QUERY_ATTENTION -> true;
            case FOCO, FOCO_PACKED, LIBTORCH -> false;
        };
    }

    /** @param threads for it alone */
    Peer prepare(Tokens tokens, int threads) throws OrtException {
        Shape shape = tokens.shape();
        return switch (this) {
            case FOCO -> new FocoPeer(tokens, false, threads);
            case FOCO_PACKED -> new FocoPeer(tokens, true, threads);
            case MULTI_HEAD_ATTENTION -> new OnnxRuntimePeer(tokens, OnnxGraph.multiHeadAttention(shape), threads);
            case ATTENTION -> new OnnxRuntimePeer(tokens, OnnxGraph.attention(shape), threads);
            case GROUP_QUERY_ATTENTION -> new OnnxRuntimePeer(tokens, OnnxGraph.groupQueryAttention(shape), threads);
            case LIBTORCH -> new LibtorchPeer(tokens, threads);
        };
    }
}
