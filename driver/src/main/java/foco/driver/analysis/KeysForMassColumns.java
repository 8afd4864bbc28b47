package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.KeysForMass;
import foco.kernels.fold.MassBins;

@DefaultSerializer(JavaSerializer.class)
record KeysForMassColumns(int every) implements QueryStatistic<MassBins> {

    KeysForMassColumns {
        new KeysForMass(every);
    }

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public String columns() {
        return "keys_half float, keys_90 float";
    }

    @Override
    public Fold<MassBins> fold() {
        return new KeysForMass(every);
    }

    @Override
    public void rows(MassBins found, HeadScope scope, long query, RowSink rows) {
        if (query % every == 0) {
            rows.add(between(found, query, 0.5), between(found, query, 0.9));
        } else {
            rows.add(null, null);
        }
    }

    private static float between(MassBins found, long query, double part) {
        return (found.least(query, part) + found.most(query, part)) / 2f;
    }
}
