package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.FoldResult;

/** A number of each query, by a fold of any kind. */
@DefaultSerializer(JavaSerializer.class)
record QueryColumn<R extends FoldResult<R>>(String name, Fold<R> fold, PositionValue<R> value)
        implements QueryStatistic<R> {

    @Override
    public String columns() {
        return "`%s` double".formatted(name);
    }

    @Override
    public void rows(R found, HeadScope scope, long query, RowSink rows) {
        rows.add(value.of(found, query));
    }
}
