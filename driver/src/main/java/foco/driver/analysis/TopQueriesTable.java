package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionTops;
import foco.kernels.fold.TopQueries;

@DefaultSerializer(JavaSerializer.class)
record TopQueriesTable(int most) implements KeyStatistic<PositionTops> {

    TopQueriesTable {
        new TopQueries(most);
    }

    @Override
    public String name() {
        return "top-queries";
    }

    @Override
    public String table() {
        return "top_queries";
    }

    @Override
    public String columns() {
        return "rank int, query int, weight float";
    }

    @Override
    public Fold<PositionTops> fold() {
        return new TopQueries(most);
    }

    @Override
    public void rows(PositionTops found, HeadScope scope, long key, RowSink rows) {
        TopKeysTable.add(found, key, rows);
    }
}
