package foco.bench;

import java.nio.FloatBuffer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's {@code scaled_dot_product_attention} on {@code [1, heads, n, width]}, the form in which it is fastest. */
final class LibtorchPeer implements Peer {
    private final Shape shape;
    private final Tensor query;
    private final Tensor key;
    private final Tensor value;
    private final TensorOptional noMask = new TensorOptional();
    private final DoubleOptional defaultScale = new DoubleOptional();
    private Tensor output = new Tensor();

    LibtorchPeer(Tokens tokens, int threads) {
        torch.set_num_threads(threads);
        this.shape = tokens.shape();
        this.query = byHead(tokens.query(), shape.queries());
        this.key = byHead(tokens.key(), shape.keys());
        this.value = byHead(tokens.value(), shape.keys());
    }

    private Tensor byHead(float[] values, int rows) {
        try (Tensor byToken = Tensor.create(values, 1, rows, Shape.HEADS, shape.width());
                Tensor view = byToken.permute(0, 2, 1, 3)) {
            return view.contiguous();
        }
    }

    @Override
    public void run() {
        output.close();
        output = torch.scaled_dot_product_attention(query, key, value, noMask, 0, shape.causal(), defaultScale, false);
    }

    @Override
    public float[] output() {
        try (Tensor view = output.permute(0, 2, 1, 3);
                Tensor byToken = view.contiguous()) {
            float[] values = new float[shape.queries() * shape.rowWidth()];
            FloatBuffer elements = byToken.createBuffer();
            elements.get(values);
            return values;
        }
    }

    @Override
    public void close() {
        output.close();
        query.close();
        key.close();
        value.close();
    }
}
