package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.DistanceMass;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;

@DefaultSerializer(JavaSerializer.class)
record NearColumns(int near) implements QueryStatistic<PositionSums> {

    /** Distances that are told apart: more than any text has. */
    private static final long FARTHEST = 1L << 30;

    private static final int COLUMNS = 4;

    NearColumns {
        if (near < 1) {
            throw new IllegalArgumentException("What is near must be within 1 token or more, and not " + near + ".");
        }
    }

    /** The masses by distance, with those within {@code near} to be told apart. */
    static DistanceMass masses(int near) {
        return DistanceMass.powersOfTwo(FARTHEST).withEdges(-1, 0, 1, 2, -near, near + 1L);
    }

    @Override
    public String name() {
        return "near";
    }

    @Override
    public String columns() {
        return "self float, previous float, next float, near float";
    }

    @Override
    public Fold<PositionSums> fold() {
        return masses(near);
    }

    @Override
    public PositionSums compact(PositionSums found) {
        DistanceMass masses = masses(near);
        double[] values = new double[found.count() * COLUMNS];
        for (int i = 0; i < found.count(); i++) {
            long query = found.first() + i;
            values[i * COLUMNS] = masses.within(found, query, 0, 0);
            values[i * COLUMNS + 1] = masses.within(found, query, -1, -1);
            values[i * COLUMNS + 2] = masses.within(found, query, 1, 1);
            values[i * COLUMNS + 3] = masses.within(found, query, -near, near);
        }
        return new PositionSums(found.first(), COLUMNS, values);
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
        rows.add((float) found.get(query, 0), (float) found.get(query, 1), (float) found.get(query, 2), (float)
                found.get(query, 3));
    }
}
