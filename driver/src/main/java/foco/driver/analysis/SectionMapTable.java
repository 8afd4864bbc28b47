package foco.driver.analysis;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.kernels.fold.Fold;
import foco.kernels.fold.PositionSums;
import foco.kernels.fold.SectionMap;

@DefaultSerializer(JavaSerializer.class)
record SectionMapTable(String level, long[] starts) implements HeadStatistic<PositionSums> {

    SectionMapTable {
        starts = new SectionMap(starts).keyStarts();
    }

    /** Whether every position is in a section. */
    boolean leavesNothingOut() {
        return starts[0] == 0;
    }

    @Override
    public String name() {
        return "sections";
    }

    @Override
    public String table() {
        return "section_map";
    }

    @Override
    public String columns() {
        return "level string, query_section int, key_section int, mass double";
    }

    @Override
    public Fold<PositionSums> fold() {
        return new SectionMap(starts);
    }

    @Override
    public void rows(PositionSums found, HeadScope scope, RowSink rows) {
        for (int row = 0; row < starts.length && starts[row] < scope.queries(); row++) {
            for (int column = 0; column < starts.length && starts[column] < scope.keys(); column++) {
                rows.add(level, row, column, found.get(row, column));
            }
        }
    }
}
