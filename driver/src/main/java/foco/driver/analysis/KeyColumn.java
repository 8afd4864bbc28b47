package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.SpanResult;

/** A number of each key, by a fold of any kind. */
@DefaultSerializer(JavaSerializer.class)
record KeyColumn<R extends SpanResult<R>>(String name, Fold<R> fold, PositionValue<R> value)
        implements KeyStatistic<R> {

    @Override
    public String columns() {
        return "`%s` double".formatted(name);
    }

    @Override
    public void rows(R found, HeadScope scope, long key, RowSink rows) {
        rows.add(value.of(found, key));
    }
}
