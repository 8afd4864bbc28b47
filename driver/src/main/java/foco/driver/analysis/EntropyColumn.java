package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Entropy;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;

@DefaultSerializer(JavaSerializer.class)
record EntropyColumn() implements QueryStatistic<PositionSums> {

    @Override
    public String name() {
        return "entropy";
    }

    @Override
    public String columns() {
        return "entropy float";
    }

    @Override
    public Fold<PositionSums> fold() {
        return new Entropy();
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
        rows.add((float) Math.max(0, found.get(query, Entropy.ENTROPY)));
    }
}
