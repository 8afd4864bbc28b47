package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;
import foco.kernels.fold.Received;

@DefaultSerializer(JavaSerializer.class)
record ReceivedColumn() implements KeyStatistic<PositionSums> {

    @Override
    public String name() {
        return "received";
    }

    @Override
    public String columns() {
        return "received float";
    }

    @Override
    public Fold<PositionSums> fold() {
        return new Received();
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long key, RowSink rows) {
        rows.add((float) found.get(key, 0));
    }
}
