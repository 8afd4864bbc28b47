package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.KeySets;
import foco.kernels.fold.PositionSums;
import java.util.BitSet;
import java.util.List;

@DefaultSerializer(JavaSerializer.class)
record KeySetColumn(String column, BitSet keys) implements QueryStatistic<PositionSums> {

    @Override
    public String name() {
        return column;
    }

    @Override
    public String columns() {
        return "`%s` float".formatted(column);
    }

    @Override
    public Fold<PositionSums> fold() {
        return new KeySets(List.of(keys));
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
        rows.add((float) found.get(query, 0));
    }
}
