package foco.driver.file;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows of plain columns in the words of Parquet. */
final class RowSupport extends WriteSupport<Object[]> {

    /** How a value is handed to Parquet. */
    private interface Adder {
        void add(RecordConsumer out, Object value);
    }

    /** A type of columns: its name in Spark's SQL, and what it is in Parquet. */
    private enum Kind {
        INT("int", PrimitiveTypeName.INT32, (out, value) -> out.addInteger((Integer) value)),
        BIGINT("bigint", PrimitiveTypeName.INT64, (out, value) -> out.addLong((Long) value)),
        FLOAT("float", PrimitiveTypeName.FLOAT, (out, value) -> out.addFloat((Float) value)),
        DOUBLE("double", PrimitiveTypeName.DOUBLE, (out, value) -> out.addDouble((Double) value)),
        BOOLEAN("boolean", PrimitiveTypeName.BOOLEAN, (out, value) -> out.addBoolean((Boolean) value)),
        STRING("string", PrimitiveTypeName.BINARY, (out, value) -> out.addBinary(Binary.fromString((String) value)));

        private final String sql;
        private final PrimitiveTypeName primitive;
        private final Adder adder;

        Kind(String sql, PrimitiveTypeName primitive, Adder adder) {
            this.sql = sql;
            this.primitive = primitive;
            this.adder = adder;
        }

        static Kind of(StructField column) {
            String sql = column.dataType().catalogString();
            return Arrays.stream(values())
                    .filter(kind -> kind.sql.equals(sql))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "The column %s is of type %s; rows are written of int, bigint, float, double, boolean and string."
                                    .formatted(column.name(), sql)));
        }

        Type column(StructField column) {
            Types.PrimitiveBuilder<?> type = column.nullable() ? Types.optional(primitive) : Types.required(primitive);
            return (Type) (this == STRING ? type.as(LogicalTypeAnnotation.stringType()) : type).named(column.name());
        }
    }

    private final String[] names;
    private final List<Kind> kinds;
    private final boolean[] nullable;
    private final MessageType schema;
    private RecordConsumer out;

    RowSupport(StructType type) {
        this.names = type.fieldNames();
        this.kinds = Arrays.stream(type.fields()).map(Kind::of).toList();
        this.nullable = new boolean[names.length];
        for (int c = 0; c < names.length; c++) {
            nullable[c] = type.fields()[c].nullable();
        }
        Type[] columns = new Type[names.length];
        Arrays.setAll(columns, c -> kinds.get(c).column(type.fields()[c]));
        this.schema = new MessageType("foco", columns);
    }

    /** Abstract as long as Parquet has it. */
    @Override
    @SuppressWarnings("deprecation")
    public WriteContext init(Configuration hadoop) {
        return new WriteContext(schema, Map.of());
    }

    /** The columns of fractions. */
    List<String> fractions() {
        return IntStream.range(0, names.length)
                .filter(c -> kinds.get(c) == Kind.FLOAT || kinds.get(c) == Kind.DOUBLE)
                .mapToObj(c -> names[c])
                .toList();
    }

    @Override
    public WriteContext init(ParquetConfiguration hadoop) {
        return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
        out = consumer;
    }

    @Override
    public void write(Object[] values) {
        if (values.length != names.length) {
            throw new IllegalArgumentException(
                    "A row has %d values, and there are %d columns.".formatted(values.length, names.length));
        }
        out.startMessage();
        for (int c = 0; c < names.length; c++) {
            if (values[c] != null) {
                out.startField(names[c], c);
                kinds.get(c).adder.add(out, values[c]);
                out.endField(names[c], c);
            } else if (!nullable[c]) {
                throw new IllegalArgumentException(
                        "The column %s is never null, and has no value.".formatted(names[c]));
            }
        }
        out.endMessage();
    }
}
