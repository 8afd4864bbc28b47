package foco.fuzz;

import foco.kernels.Attend;
import foco.kernels.AttentionSpec;
import foco.kernels.breeze.BreezeKernel;
import foco.kernels.routine.AttentionKernel;
import foco.kernels.softmax.SegmentedState;
import foco.kernels.softmax.SoftmaxState;
import foco.kernels.tile.HalfBlock;
import foco.kernels.tile.KeyValueBlock;
import foco.kernels.tile.KeyValueType;
import foco.kernels.tile.QueryBlock;
import foco.kernels.tile.StoredBlock;
import foco.kernels.vector.VectorKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** A head of attention through the kernels, in blocks of any size, their segments in any order, against float64. */
final class KernelSubject implements Subject {

    private static final int PORTABLE = 10;

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public int share() {
        return 4;
    }

    @Override
    public void check(long seed) throws Mismatch {
        Random random = new Random(seed);
        RandomSpec drawn = RandomSpec.draw(random, random.nextInt(10) == 0 ? 200 : 48);
        int queries = 1 + random.nextInt(random.nextBoolean() ? 40 : 200);
        int keys = 1 + random.nextInt(random.nextInt(3) > 0 ? 400 : 4000);
        AttentionSpec spec = drawn.of(random, queries, keys);
        double magnitude = drawn.large() ? 1 : Math.pow(10, random.nextInt(6) - 3);
        Attend attend = Attend.random(random, spec, random.nextInt(spec.heads()), queries, keys, magnitude);
        KeyValueType type = KeyValueType.values()[random.nextInt(3)];
        round(type, attend.k());
        round(type, attend.v());
        int queryRows = 1 + random.nextInt(queries);
        int keyRows = 1 + random.nextInt(keys);
        boolean portable = random.nextInt(PORTABLE) == 0;
        Function<AttentionSpec, AttentionKernel> kernels = portable ? BreezeKernel::new : VectorKernel::new;
        String how = "%s, blocks of %d x %d".formatted(type, queryRows, keyRows);
        Attend.Result result = segmented(attend, kernels, queryRows, keyRows, type, random);
        Judge.judge(attend, drawn.large(), result, (portable ? "portable kernel, " : "vector kernel, ") + how);
        if (!portable) {
            Attend.Result other = segmented(attend, kernels, 1 + random.nextInt(queries), keyRows, type, random);
            if (!Arrays.equals(result.output(), other.output()) || !Arrays.equals(result.lse(), other.lse())) {
                throw new Mismatch(
                        "%s: other bits in other blocks of queries, or in another order; %s".formatted(how, spec));
            }
        }
    }

    private static void round(KeyValueType type, float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = type.round(values[i]);
        }
    }

    private static Attend.Result segmented(
            Attend attend,
            Function<AttentionSpec, AttentionKernel> kernels,
            int queryRows,
            int keyRows,
            KeyValueType type,
            Random random) {
        AttentionSpec spec = attend.spec();
        AttentionKernel kernel = kernels.apply(spec);
        int width = spec.valueWidth();
        int blocks = (attend.keys() + keyRows - 1) / keyRows;
        Attend.Result result = new Attend.Result(new float[attend.queries() * width], new float[attend.queries()]);
        for (int first = 0; first < attend.queries(); first += queryRows) {
            int rows = Math.min(queryRows, attend.queries() - first);
            QueryBlock block = QueryBlock.pack(
                    spec, attend.head(), first, rows, attend.q(), first * spec.keyWidth(), spec.keyWidth());
            SegmentedState segments = new SegmentedState(spec, attend.head(), rows, blocks);
            for (int b : order(blocks, random)) {
                KeyValueBlock packed =
                        attend.keyValueBlock(b * keyRows, Math.min(keyRows, attend.keys() - b * keyRows));
                StoredBlock stored = type == KeyValueType.FLOAT32 ? packed : new HalfBlock(type, packed);
                kernel.attend(block, stored.floats(), segments.of(b));
            }
            SoftmaxState state = segments.merge();
            state.finish(result.output(), first * width, width);
            for (int i = 0; i < rows; i++) {
                result.lse()[first + i] = state.logSumExp(i);
            }
        }
        return result;
    }

    /** The blocks by segments, these in any order. */
    private static List<Integer> order(int blocks, Random random) {
        List<Integer> segments = new ArrayList<>(List.of(0, 1, 2, 3));
        Collections.shuffle(segments, random);
        List<Integer> order = new ArrayList<>();
        for (int segment : segments) {
            for (int b = 0; b < blocks; b++) {
                if (SegmentedState.segment(b, blocks) == segment) {
                    order.add(b);
                }
            }
        }
        return order;
    }
}
