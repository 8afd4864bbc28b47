package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Distances;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;

@DefaultSerializer(JavaSerializer.class)
record DistanceColumns() implements QueryStatistic<PositionSums> {

    @Override
    public String name() {
        return "distance";
    }

    @Override
    public String columns() {
        return "distance float, distance_absolute float";
    }

    @Override
    public Fold<PositionSums> fold() {
        return new Distances();
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
        rows.add((float) found.get(query, Distances.SIGNED), (float) found.get(query, Distances.ABSOLUTE));
    }
}
