package foco.bench;

import foco.jobs.bench.Calls;
import foco.jobs.bench.Median;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What the turns at one shape gave.
 *
 * @param turns the calls of each contender, one list of calls for each of its turns
 * @param peak the machine's peak beside them, in GFLOP/s
 */
record Measured(Shape shape, Map<Contender, List<Calls>> turns, double peak) {

    /** The median of a contender's turns, in GFLOP/s. */
    double rate(Contender contender) {
        return rate(Median.of(turns.get(contender).stream().map(Calls::median).toList()));
    }

    /** Of its first turn, which all took, in GFLOP/s. */
    double firstRate(Contender contender) {
        return rate(firstTurn(contender).median());
    }

    Calls firstTurn(Contender contender) {
        return turns.get(contender).get(0);
    }

    private double rate(double seconds) {
        return shape.operations() / seconds * 1e-9;
    }

    /** Whether each turn ended in calls that took the same time. */
    boolean steady(Contender contender) {
        return turns.get(contender).stream().allMatch(Calls::steady);
    }

    /** In the order of {@link Contender}. */
    List<Contender> contenders() {
        return turns.keySet().stream().sorted().toList();
    }

    /** The operator of ONNX Runtime that was the fastest in the first turn. */
    Contender onnxRuntime() {
        return contenders().stream()
                .filter(Contender::isOnnxRuntime)
                .max(Comparator.comparingDouble(this::firstRate))
                .orElseThrow();
    }
}
