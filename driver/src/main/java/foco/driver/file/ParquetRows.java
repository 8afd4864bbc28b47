package foco.driver.file;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.spark.sql.types.StructType;

/**
 * A Parquet file that is written row by row, by the driver or by a task: where tables are small and many, a query of Spark's for
 * each takes longer than the rows. The file is whole when this is closed.
 */
public final class ParquetRows implements RowFile {

    /** Rows are held back until they are so many bytes: several tables may be written side by side. */
    private static final long GROUP_BYTES = 16L << 20;

    private final ParquetWriter<Object[]> writer;

    private ParquetRows(ParquetWriter<Object[]> writer) {
        this.writer = writer;
    }

    /**
     * Creates a file, or replaces it.
     *
     * @param type columns of type int, bigint, float, double, boolean and string
     * @throws IllegalArgumentException if there is a column of another type
     */
    public static ParquetRows create(Path path, StructType type, Configuration hadoop) throws IOException {
        RowSupport rows = new RowSupport(type);
        Builder builder = new Builder(HadoopOutputFile.fromPath(path, hadoop), rows)
                .withConf(new HadoopParquetConfiguration(hadoop))
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(GROUP_BYTES);
        // Hardly any fraction comes twice.
        rows.fractions().forEach(column -> builder.withDictionaryEncoding(column, false));
        return new ParquetRows(builder.build());
    }

    private static final class Builder extends ParquetWriter.Builder<Object[], Builder> {

        private final RowSupport rows;

        Builder(HadoopOutputFile file, RowSupport rows) {
            super(file);
            this.rows = rows;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /** Abstract as long as Parquet has it. */
        @Override
        @SuppressWarnings("deprecation")
        protected WriteSupport<Object[]> getWriteSupport(Configuration hadoop) {
            return rows;
        }

        @Override
        protected WriteSupport<Object[]> getWriteSupport(ParquetConfiguration hadoop) {
            return rows;
        }
    }

    @Override
    public void add(Object... values) throws IOException {
        writer.write(values);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
