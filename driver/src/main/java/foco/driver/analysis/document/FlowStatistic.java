package foco.driver.analysis.document;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.HeadScope;
import foco.driver.analysis.KeyStatistic;
import foco.driver.analysis.RowSink;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;
import foco.kernels.fold.Received;
import java.util.ArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What each key receives of some shares that queries hold: a step of rollout downward.
 *
 * @param shares of each choice that of each query
 */
@DefaultSerializer(JavaSerializer.class)
record FlowStatistic(ArrayList<float[]> shares) implements KeyStatistic<PositionSums> {

    static final String TABLE = "flow";

    @Override
    public String name() {
        return TABLE;
    }

    @Override
    public String table() {
        return TABLE;
    }

    /** One for each choice. */
    static String column(int choice) {
        return "share_" + choice;
    }

    @Override
    public String columns() {
        return IntStream.range(0, shares.size())
                .mapToObj(choice -> column(choice) + " double")
                .collect(Collectors.joining(", "));
    }

    @Override
    public Fold<PositionSums> fold() {
        return new Received(shares);
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long key, RowSink rows) {
        Object[] values = new Object[shares.size()];
        for (int choice = 0; choice < values.length; choice++) {
            values[choice] = found.get(key, choice + 1);
        }
        rows.add(values);
    }
}
