package foco.driver.ml;

import foco.driver.table.CaseSensitivity;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A stage's checks of a table's columns, before any job. Each complaint names the stage, the column, and what to do.
 *
 * @param stage for messages
 */
record TableSchema(String stage, StructType schema) {

    private static final Set<DataType> INTEGRAL =
            Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

    /** @param param the stage's param that names the column */
    StructField require(String param, String column) {
        List<StructField> found = Arrays.stream(schema.fields())
                .filter(field -> CaseSensitivity.isSame(field.name(), column))
                .toList();
        if (found.size() != 1) {
            throw fault(
                    found.isEmpty()
                            ? "there is no column %s; set %s to one of %s"
                                    .formatted(column, param, String.join(", ", schema.fieldNames()))
                            : "there are %d columns %s; drop or rename the others".formatted(found.size(), column));
        }
        return found.get(0);
    }

    ColumnKind vectors(String param, String column) {
        DataType type = require(param, column).dataType();
        return ColumnKind.of(type)
                .orElseThrow(() -> fault("column %s is %s, and %s takes %s; convert it, or set %3$s to another"
                        .formatted(column, type.simpleString(), param, ColumnKind.LEGAL)));
    }

    void whole(String param, String column) {
        DataType type = require(param, column).dataType();
        if (!INTEGRAL.contains(type)) {
            throw fault("column %s is %s, and %s takes whole numbers; cast it to bigint, or set %3$s to another"
                    .formatted(column, type.simpleString(), param));
        }
    }

    void name(String param, String column) {
        DataType type = require(param, column).dataType();
        if (type.typeName().matches("array|struct|map|binary|variant|udt")) {
            throw fault("column %s is %s, and %s takes numbers, strings or dates; set it to another"
                    .formatted(column, type.simpleString(), param));
        }
    }

    void text(String param, String column) {
        DataType type = require(param, column).dataType();
        if (!type.equals(DataTypes.StringType)) {
            throw fault("column %s is %s, and %s takes strings; cast it, or set %3$s to another"
                    .formatted(column, type.simpleString(), param));
        }
    }

    /** The schema with one more column, which there must not be yet. */
    TableSchema with(String param, String column, DataType type, boolean nullable) {
        if (Arrays.stream(schema.fieldNames()).anyMatch(name -> CaseSensitivity.isSame(name, column))) {
            throw fault("there is a column %s already; drop it, or set %s to another name".formatted(column, param));
        }
        return new TableSchema(stage, schema.add(column, type, nullable));
    }

    IllegalArgumentException fault(String complaint) {
        return new IllegalArgumentException("%s: %s.".formatted(stage, complaint));
    }
}
