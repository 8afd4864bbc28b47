package foco.driver.analysis.layer;

import foco.driver.AnalysisResult;
import foco.driver.analysis.AnalysisPart;
import foco.driver.block.SelectedRdd;
import foco.driver.cluster.Fetching;
import foco.driver.metrics.JobLabel;
import foco.driver.shared.Shared;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Writes all tables of a layer in one job of Spark's: each task writes what it has of each of them. */
public final class LayerWriter {

    /** The rows of weights, which are no table of Parquet. */
    public static final String ROWS = "rows";

    private final SparkContext context;
    private final Path draft;

    /** @param draft an empty folder, for a folder of each table */
    public LayerWriter(SparkContext context, Path draft) {
        this.context = context;
        this.draft = draft;
    }

    /**
     * Writes.
     *
     * @param result of one sequence
     * @param heads that were looked at
     * @param files of a table, at most
     * @param sectionChance what even weights would give to a query's own section
     */
    public LayerFigures write(AnalysisResult result, int heads, int files, FigureRequest request, double sectionChance)
            throws IOException {
        // What each head's positions receive is most of what comes to the driver.
        long bytes = (long) Float.BYTES * request.seen().length * heads;
        ArrayList<LayerTask.Table> tables = new ArrayList<>();
        for (String name : result.tables()) {
            StructType type = result.type(name);
            tables.add(new LayerTask.Table(name, new StructType(Arrays.copyOfRange(type.fields(), 1, type.size()))));
        }
        Set<String> written = new HashSet<>();
        FigureSums sums = new FigureSums(request, sectionChance);
        try (Shared<FigureRequest> shared = Shared.of(context, request);
                JobLabel label = JobLabel.of(context, "tables")) {
            SerializableConfiguration hadoop = new SerializableConfiguration(context.hadoopConfiguration());
            JavaRDD<LayerTask.Written> tasks = grouped(result.parts(), files)
                    .mapPartitionsWithIndex(new LayerTask(draft.toString(), tables, shared, hadoop), true);
            Fetching.of(context).gather(tasks, bytes).forEachRemaining(some -> {
                written.addAll(some.files());
                some.figures().forEach(sums::add);
            });
        }
        removeOthers(written, context.hadoopConfiguration());
        return sums.finish(result.rules());
    }

    private static JavaRDD<AnalysisPart> grouped(JavaRDD<AnalysisPart> parts, int files) {
        int all = parts.getNumPartitions();
        int groups = Math.min(files, all);
        int[][] group = IntStream.range(0, groups)
                .mapToObj(g -> IntStream.range(first(g, groups, all), first(g + 1, groups, all))
                        .toArray())
                .toArray(int[][]::new);
        return SelectedRdd.of(parts, group);
    }

    private static int first(int group, int groups, int all) {
        return Math.toIntExact((long) group * all / groups);
    }

    /** Attempts of tasks that failed, or were not waited for, leave files, too. */
    private void removeOthers(Set<String> due, Configuration hadoop) throws IOException {
        FileSystem files = draft.getFileSystem(hadoop);
        for (FileStatus table : files.listStatus(draft)) {
            for (FileStatus file : files.listStatus(table.getPath())) {
                if (!due.contains(
                        table.getPath().getName() + "/" + file.getPath().getName())) {
                    files.delete(file.getPath(), true);
                }
            }
        }
    }
}
