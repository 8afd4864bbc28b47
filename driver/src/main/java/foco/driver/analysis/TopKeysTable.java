package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionTops;
import foco.kernels.fold.TopKeys;

@DefaultSerializer(JavaSerializer.class)
record TopKeysTable(int most) implements QueryStatistic<PositionTops> {

    TopKeysTable {
        new TopKeys(most);
    }

    @Override
    public String name() {
        return "top-keys";
    }

    @Override
    public String table() {
        return "top_keys";
    }

    @Override
    public String columns() {
        return "rank int, key int, weight float";
    }

    @Override
    public Fold<PositionTops> fold() {
        return new TopKeys(most);
    }

    @Override
    public void rows(PositionTops found, HeadScope scope, long query, RowSink rows) {
        add(found, query, rows);
    }

    /** The heaviest pairs of a position. */
    static void add(PositionTops found, long position, RowSink rows) {
        boolean isSeen = position >= found.first() && position < found.first() + found.count();
        for (int rank = 0; isSeen && rank < found.most() && found.weight(position, rank) > 0; rank++) {
            rows.add(rank + 1, (int) found.other(position, rank), found.weight(position, rank));
        }
    }
}
