package foco.driver.table;

import foco.driver.block.VectorColumn;
import java.util.List;

/** What can be wrong with a row by itself. */
final class RowFaults {

    private RowFaults() {}

    /** The first thing wrong with a row that has a position, empty if nothing is. */
    static String of(TokenRow row, List<VectorColumn> columns) {
        long position = row.getPosition();
        if (row.getRotary() == TokenTable.NO_POSITION && position != TokenTable.NO_POSITION) {
            return "position %d has no rotary_position; give each row one, or drop the column".formatted(position);
        }
        for (int c = 0; c < columns.size(); c++) {
            String fault = fault(columns.get(c), row.vector(c), position);
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return "";
    }

    private static String fault(VectorColumn column, float[] vector, long position) {
        if (vector == null) {
            return "position %d has no %s, or one with an empty element".formatted(position, column.name());
        }
        if (vector.length != column.elements()) {
            return "the %s of position %d has %d elements, where %d x %d = %d are due"
                    .formatted(
                            column.name(), position, vector.length, column.heads(), column.width(), column.elements());
        }
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                return "the %s of position %d holds %s at element %d (head %d, element %d); float32 needs finite numbers"
                        .formatted(
                                column.name(),
                                position,
                                Float.isNaN(vector[i]) ? "NaN" : "a value out of range",
                                i,
                                i / column.width(),
                                i % column.width());
            }
        }
        return "";
    }
}
