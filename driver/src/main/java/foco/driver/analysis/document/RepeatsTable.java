package foco.driver.analysis.document;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.HeadScope;
import foco.driver.analysis.QueryStatistic;
import foco.driver.analysis.RowSink;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PairWeights;
import foco.kernels.fold.PositionSums;
import java.util.Arrays;
import java.util.List;

/**
 * What tokens that occurred before give to the last like token, and to the token after that: where the latter is much, a head
 * looks up what followed (induction: Olsson et al., 2022).
 *
 * @param earlier the position of the last like token, for each position; -1 for none
 */
@DefaultSerializer(JavaSerializer.class)
record RepeatsTable(int[] earlier) implements QueryStatistic<PositionSums> {

    @Override
    public String name() {
        return "repeats";
    }

    @Override
    public String table() {
        return "repeats";
    }

    @Override
    public String columns() {
        return "earlier int, on_same float, on_following float";
    }

    @Override
    public Fold<PositionSums> fold() {
        int[] following = Arrays.stream(earlier).map(e -> e < 0 ? -1 : e + 1).toArray();
        return new PairWeights(List.of(earlier, following));
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, long query, RowSink rows) {
        int before = earlier[(int) query];
        if (before >= 0) {
            rows.add(before, (float) found.get(query, 0), (float) found.get(query, 1));
        }
    }
}
