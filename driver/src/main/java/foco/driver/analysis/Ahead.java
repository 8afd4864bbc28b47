package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.DistanceMass;
import foco.kernels.fold.PositionSums;

/**
 * The mass of each query on keys that come after it, for a rule: in a causal head there is none.
 *
 * @param fold of which distance 1 is an edge
 */
@DefaultSerializer(JavaSerializer.class)
record Ahead(DistanceMass fold) implements QueryStatistic<PositionSums> {

    @Override
    public String name() {
        return "ahead";
    }

    @Override
    public String columns() {
        return "ahead double";
    }

    @Override
    public PositionSums compact(PositionSums found) {
        double[] ahead = new double[found.count()];
        for (int i = 0; i < ahead.length; i++) {
            for (int column = fold.column(1); column < found.columns(); column++) {
                ahead[i] += found.get(found.first() + i, column);
            }
        }
        return new PositionSums(found.first(), 1, ahead);
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
        rows.add(found.get(query, 0));
    }
}
