package foco.driver.analysis.layer;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import foco.driver.analysis.AnalysisPart;
import foco.driver.file.ParquetRows;
import foco.driver.file.RowFile;
import foco.driver.shared.Shared;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes what a task has of all tables of a layer, and gathers its figures. Heads are counted from 1 in what is written.
 *
 * @param draft the folder, with a folder for each table
 */
@DefaultSerializer(JavaSerializer.class)
record LayerTask(String draft, ArrayList<Table> tables, Shared<FigureRequest> figures, SerializableConfiguration hadoop)
        implements Function2<Integer, Iterator<AnalysisPart>, Iterator<LayerTask.Written>> {

    /**
     * A table.
     *
     * @param type its columns
     */
    @DefaultSerializer(JavaSerializer.class)
    record Table(String name, StructType type) implements Serializable {

        /** Whether it holds rows of weights. */
        boolean isOfRows() {
            return name.equals(LayerWriter.ROWS);
        }
    }

    /** The files that a task has written, and the figures of its parts. */
    @DefaultSerializer(JavaSerializer.class)
    record Written(ArrayList<String> files, ArrayList<PartFigures> figures) implements Serializable {}

    @Override
    public Iterator<Written> call(Integer partition, Iterator<AnalysisPart> parts) throws IOException {
        // Two attempts of a task may run at the same time.
        String file = "part-%05d-%d".formatted(partition, TaskContext.get().taskAttemptId());
        ArrayList<PartFigures> found = new ArrayList<>();
        List<Target> targets =
                tables.stream().map(table -> new Target(table, file)).toList();
        try {
            while (parts.hasNext()) {
                found.add(write(parts.next(), targets));
            }
            for (Target target : targets) {
                if (partition == 0) {
                    target.begin(); // a table without rows has columns, too
                }
                target.close();
            }
        } catch (Throwable e) { // Spark throws checked exceptions undeclared
            targets.forEach(Target::abandon);
            throw e;
        }
        ArrayList<String> files = new ArrayList<>();
        targets.forEach(target -> target.written().ifPresent(files::add));
        return List.of(new Written(files, found)).iterator();
    }

    private PartFigures write(AnalysisPart part, List<Target> targets) throws IOException {
        PartFigures its = new PartFigures(figures.value(), part);
        for (Target target : targets) {
            Consumer<Object[]> taken = its.of(target.table.name, target.table.type, figures.value(), part.count());
            Iterator<Object[]> rows = part.rows(target.table.name);
            while (rows.hasNext()) {
                Object[] values = rows.next();
                Object[] own = Arrays.copyOfRange(values, 1, values.length);
                own[0] = part.head() + 1;
                target.add(own);
                taken.accept(own);
            }
        }
        return its;
    }

    /** Where the rows of a table go: a file, begun with the first of them. */
    private final class Target {

        private final Table table;
        private final String name;
        private Optional<RowFile> file = Optional.empty();

        Target(Table table, String name) {
            this.table = table;
            this.name = name + (table.isOfRows() ? ".rows" : ".zstd.parquet");
        }

        void add(Object[] values) throws IOException {
            begin();
            file.get().add(values);
        }

        void begin() throws IOException {
            if (file.isEmpty()) {
                Path path = new Path(new Path(draft, table.name), name);
                file = Optional.of(
                        table.isOfRows()
                                ? new SampledRows.Writer(path, figures.value().layer(), hadoop.value())
                                : ParquetRows.create(path, table.type, hadoop.value()));
            }
        }

        void close() throws IOException {
            if (file.isPresent()) {
                file.get().close();
            }
        }

        /** After a failure, which tells more than what comes of this. */
        void abandon() {
            try {
                close();
            } catch (IOException | RuntimeException e) {
                // The file will be removed.
            }
        }

        Optional<String> written() {
            return file.map(its -> table.name + "/" + name);
        }
    }
}
