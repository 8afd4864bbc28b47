package foco.driver.ml;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The kinds of columns that hold vectors: what comes in as one goes out as the same. */
enum ColumnKind {
    VECTOR(SQLDataTypes.VectorType()),
    FLOATS(DataTypes.createArrayType(DataTypes.FloatType, false)),
    DOUBLES(DataTypes.createArrayType(DataTypes.DoubleType, false));

    /** For messages. */
    static final String LEGAL = "a vector, array<float> or array<double>";

    private final DataType type;

    ColumnKind(DataType type) {
        this.type = type;
    }

    /** The kind of a column of some type, if it holds vectors. */
    static Optional<ColumnKind> of(DataType type) {
        if (type.equals(VECTOR.type)) {
            return Optional.of(VECTOR);
        }
        DataType element = type instanceof ArrayType array ? array.elementType() : DataTypes.NullType;
        return Arrays.stream(values())
                .filter(kind -> kind.type instanceof ArrayType array
                        && array.elementType().equals(element))
                .findFirst();
    }

    /** The kind of this name, upper and lower case being alike. */
    static ColumnKind named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    DataType type() {
        return type;
    }

    /** A column of {@code array<float>} as one of this kind. */
    Column of(Column floats) {
        Column doubles = floats.cast(DOUBLES.type);
        return switch (this) {
            case FLOATS -> floats;
            case DOUBLES -> doubles;
            // The function takes no null, as a row has where it has no vector.
            case VECTOR ->
                when(floats.isNotNull(), functions.array_to_vector(doubles)).otherwise(lit(null));
        };
    }
}
