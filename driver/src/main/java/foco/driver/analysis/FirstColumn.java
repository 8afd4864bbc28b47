package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;
import foco.kernels.fold.SectionMass;

@DefaultSerializer(JavaSerializer.class)
record FirstColumn(String column, int tokens) implements QueryStatistic<PositionSums> {

    FirstColumn {
        if (tokens < 1) {
            throw new IllegalArgumentException("The first tokens must be 1 or more, and are " + tokens + ".");
        }
    }

    @Override
    public String name() {
        return "first";
    }

    @Override
    public String columns() {
        return "`%s` float".formatted(column);
    }

    @Override
    public Fold<PositionSums> fold() {
        return new SectionMass(new long[] {0, tokens});
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
        rows.add((float) found.get(query, 0));
    }
}
