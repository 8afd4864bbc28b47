package foco.driver.analysis.document;

import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.file.ParquetRows;
import foco.driver.file.RowFile;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructType;

/** Writes the tables that are not a layer's, each in a file, from here: they are small. */
record TableWriter(AnalysisFolder folder, Configuration hadoop) {

    private static final String FILE = "part-00000.zstd.parquet";

    /** Adds rows to a file. */
    interface Content {
        void to(RowFile file) throws IOException;
    }

    /** Writes a table, which appears whole. */
    void write(String name, StructType type, Content content) throws IOException {
        Path draft = folder.unfinished(name);
        draft.getFileSystem(hadoop).delete(draft, true);
        try (RowFile file = ParquetRows.create(new Path(draft, FILE), type, hadoop)) {
            content.to(file);
        }
        folder.publish(name);
    }

    void write(String name, StructType type, Iterable<Object[]> rows) throws IOException {
        write(name, type, file -> {
            for (Object[] row : rows) {
                file.add(row);
            }
        });
    }
}
