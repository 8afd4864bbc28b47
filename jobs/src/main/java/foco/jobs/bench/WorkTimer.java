package foco.jobs.bench;

import foco.kernels.machine.Peak;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times works on one thread by turns, the machine's peak among them, and takes the best turn of each: on a machine that others
 * use, too, an interruption makes a turn slower and nothing makes one faster.
 */
final class WorkTimer {

    private static final int PEAK_TURNS = 10_000;

    /** Turns that warm up: until the compiler has seen all works, some of them are slow. */
    private static final int WARM_UP = 2;

    private final int turns;
    private final double seconds;

    /** @param seconds for a work's turn, or once what it does at a time */
    WorkTimer(int turns, double seconds) {
        this.turns = turns;
        this.seconds = seconds;
    }

    List<WorkRate> time(List<NamedWork> works) {
        double[] best = new double[works.size()];
        double peak = 0;
        for (int turn = -WARM_UP; turn < turns; turn++) {
            if (turn == 0) {
                Arrays.fill(best, 0);
            }
            Work peakWork = () -> Peak.run(PEAK_TURNS);
            for (int w = 0; w < best.length; w++) {
                peak = Math.max(peak, peakWork.gflops(seconds / best.length));
                best[w] = Math.max(best[w], works.get(w).work().gflops(seconds));
            }
        }
        List<WorkRate> rates = new ArrayList<>();
        for (int w = 0; w < best.length; w++) {
            rates.add(new WorkRate(works.get(w).name(), works.get(w).unit(), best[w], peak));
        }
        return rates;
    }
}
