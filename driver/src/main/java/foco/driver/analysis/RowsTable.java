package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.ChosenRows;
import foco.kernels.fold.Fold;
import foco.kernels.fold.RowWeights;
import java.util.Arrays;

@DefaultSerializer(JavaSerializer.class)
record RowsTable(long[] queries) implements QueryStatistic<RowWeights> {

    RowsTable {
        queries = new ChosenRows(queries).queries();
    }

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public String table() {
        return "rows";
    }

    @Override
    public String columns() {
        return "weights array<float>";
    }

    @Override
    public Fold<RowWeights> fold() {
        return new ChosenRows(queries);
    }

    @Override
    public void rows(RowWeights found, HeadScope scope, long query, RowSink rows) {
        if (Arrays.binarySearch(queries, query) >= 0) {
            rows.add((Object) found.row(query, Math.toIntExact(scope.keys())));
        }
    }
}
