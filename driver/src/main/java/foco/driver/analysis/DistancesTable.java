package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.DistanceMass;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;

@DefaultSerializer(JavaSerializer.class)
record DistancesTable(int near) implements HeadStatistic<PositionSums> {

    DistancesTable {
        new NearColumns(near);
    }

    @Override
    public String name() {
        return "distances";
    }

    @Override
    public String table() {
        return "distances";
    }

    @Override
    public String columns() {
        return "direction string, low bigint, high bigint, mass double";
    }

    @Override
    public Fold<PositionSums> fold() {
        return NearColumns.masses(near);
    }

    @Override
    public PositionSums compact(PositionSums found) {
        return found.total();
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, RowSink rows) {
        DistanceMass masses = NearColumns.masses(near);
        rows.add("self", 0L, 1L, masses.within(found, 0, 0, 0));
        for (long low = 1; low <= scope.farthest(); low *= 2) {
            rows.add("back", low, 2 * low, masses.within(found, 0, 1 - 2 * low, -low));
        }
        for (long low = 1; low <= scope.farthest(); low *= 2) {
            rows.add("ahead", low, 2 * low, masses.within(found, 0, low, 2 * low - 1));
        }
    }
}
