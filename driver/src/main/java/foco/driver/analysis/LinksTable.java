package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.Links;
import foco.kernels.fold.StrongestLinks;
import java.util.List;

@DefaultSerializer(JavaSerializer.class)
record LinksTable(int most, long floor) implements HeadStatistic<Links> {

    LinksTable {
        new StrongestLinks(most, floor);
    }

    @Override
    public String name() {
        return "links";
    }

    @Override
    public String table() {
        return "links";
    }

    @Override
    public String columns() {
        return "rank int, query int, key int, weight float, distance int";
    }

    @Override
    public Fold<Links> fold() {
        return new StrongestLinks(most, floor);
    }

    @Override
    public void rows(Links found, HeadScope scope, RowSink rows) {
        List<Links.Link> sorted = found.sorted();
        for (int rank = 0; rank < sorted.size(); rank++) {
            Links.Link link = sorted.get(rank);
            int distance = (int) (link.key() - link.query() - scope.shift());
            rows.add(rank + 1, (int) link.query(), (int) link.key(), link.weight(), distance);
        }
    }
}
