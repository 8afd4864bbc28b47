package foco.driver.analysis.document;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.head.HeadFigures;
import foco.driver.analysis.head.HeadRules;
import foco.driver.analysis.text.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The table {@code heads}: the figures of each head, from the tables of its layer. */
final class HeadsTable {

    static final String NAME = "heads";

    /** Of a hundred keys the one that receives most. */
    private static final double TOP = 0.01;

    private static final String[] KEY_OF_SEEN = {"layer", "position"};

    private static final List<String> MEANS = List.of(
            "entropy",
            "distance",
            "distance_absolute",
            "self",
            "previous",
            "next",
            "first",
            "near",
            "separators",
            "punctuation");
    private static final List<String> FIGURES = List.of(
            "entropy",
            "support",
            "breadth",
            "distance",
            "distance_absolute",
            "self",
            "previous",
            "next",
            "first",
            "near",
            "separators",
            "punctuation",
            "induction",
            "induction_chance",
            "on_same",
            "received_top",
            "section_share",
            "section_chance");

    private final SparkSession spark;
    private final AnalysisFolder folder;

    HeadsTable(SparkSession spark, AnalysisFolder folder) {
        this.spark = spark;
        this.folder = folder;
    }

    /**
     * The figures of all heads, by layers, then by heads.
     *
     * @param visible of each layer the keys that its queries see
     */
    List<HeadFigures> figures(Map<Integer, VisibleKeys> visible) throws IOException {
        Dataset<Row> seen = seen(visible);
        Map<LikenessTable.Head, Map<String, Double>> heads = new TreeMap<>(LikenessTable.ORDER);
        Optional<Dataset<Row>> positions = table("positions");
        if (positions.isPresent()) {
            Dataset<Row> rows = positions.get().join(seen, KEY_OF_SEEN).where("seen > 0");
            add(heads, means(rows));
            if (Arrays.asList(rows.columns()).contains("received")) {
                add(heads, receivedTop(positions.get(), keys(visible)));
            }
        }
        table("repeats").ifPresent(rows -> add(heads, repeats(rows, seen)));
        table("section_map").ifPresent(rows -> add(heads, sectionShare(rows)));
        return heads.entrySet().stream()
                .map(head -> figures(
                        head.getKey(),
                        head.getValue(),
                        visible.get(head.getKey().layer()).sectionChance()))
                .toList();
    }

    private static int keys(Map<Integer, VisibleKeys> visible) {
        return visible.values().iterator().next().seen().length;
    }

    private Dataset<Row> seen(Map<Integer, VisibleKeys> visible) {
        List<Row> rows = new ArrayList<>();
        visible.forEach((layer, keys) -> {
            for (int i = 0; i < keys.seen().length; i++) {
                rows.add(RowFactory.create(layer, i, keys.seen()[i]));
            }
        });
        return broadcast(spark.createDataFrame(
                rows,
                new StructType()
                        .add("layer", DataTypes.IntegerType, false)
                        .add("position", DataTypes.IntegerType, false)
                        .add("seen", DataTypes.IntegerType, false)));
    }

    private Optional<Dataset<Row>> table(String name) throws IOException {
        return folder.present(List.of(name)).isEmpty()
                ? Optional.empty()
                : Optional.of(spark.read().parquet(folder.path(name).toString()));
    }

    /** Adds the columns to the heads' figures. */
    private static void add(Map<LikenessTable.Head, Map<String, Double>> heads, Dataset<Row> rows) {
        for (Row row : rows.collectAsList()) {
            LikenessTable.Head of = new LikenessTable.Head(row.getAs("layer"), row.getAs("head"));
            Map<String, Double> figures = heads.computeIfAbsent(of, head -> new TreeMap<>());
            for (String column : rows.columns()) {
                Object value = row.getAs(column);
                if (value != null) {
                    figures.put(column, ((Number) value).doubleValue());
                }
            }
        }
    }

    private static Dataset<Row> means(Dataset<Row> rows) {
        List<Column> means = new ArrayList<>();
        List<String> columns = Arrays.asList(rows.columns());
        for (String name : MEANS) {
            if (columns.contains(name)) {
                means.add(avg(col(name).cast("double")).as(name));
            }
        }
        if (columns.contains("entropy")) {
            means.add(
                    avg(exp(col("entropy").cast("double")).divide(col("seen"))).as("breadth"));
        }
        means.add(avg(lit(0)).as("none"));
        return rows.groupBy("layer", "head")
                .agg(means.get(0), means.subList(1, means.size()).toArray(Column[]::new));
    }

    private static Dataset<Row> receivedTop(Dataset<Row> positions, int keys) {
        long most = (long) Math.ceil(TOP * keys);
        return positions
                .select(
                        col("layer"),
                        col("head"),
                        col("received").cast("double").as("received"))
                .withColumn(
                        "rank",
                        row_number()
                                .over(Window.partitionBy("layer", "head")
                                        .orderBy(col("received").desc())))
                .groupBy("layer", "head")
                .agg(sum(when(col("rank").leq(most), col("received")).otherwise(0.0))
                        .divide(sum("received"))
                        .as("received_top"));
    }

    private static Dataset<Row> repeats(Dataset<Row> rows, Dataset<Row> seen) {
        return rows.join(seen, KEY_OF_SEEN)
                .groupBy("layer", "head")
                .agg(
                        avg(col("on_following").cast("double")).as("induction"),
                        avg(lit(1.0).divide(col("seen"))).as("induction_chance"),
                        avg(col("on_same").cast("double")).as("on_same"));
    }

    private static Dataset<Row> sectionShare(Dataset<Row> rows) {
        return rows.where(col("level").equalTo(Section.SECTION))
                .groupBy("layer", "head")
                .agg(sum(when(
                                        abs(col("query_section").minus(col("key_section")))
                                                .equalTo(0),
                                        col("mass"))
                                .otherwise(0.0))
                        .divide(sum("mass"))
                        .as("section_share"));
    }

    private static HeadFigures figures(LikenessTable.Head head, Map<String, Double> values, double sectionChance) {
        double entropy = value(values, "entropy");
        return new HeadFigures(
                head.layer(),
                head.head(),
                entropy,
                Math.exp(entropy),
                value(values, "breadth"),
                value(values, "distance"),
                value(values, "distance_absolute"),
                value(values, "self"),
                value(values, "previous"),
                value(values, "next"),
                value(values, "first"),
                value(values, "near"),
                value(values, "separators"),
                value(values, "punctuation"),
                value(values, "induction"),
                value(values, "induction_chance"),
                value(values, "on_same"),
                value(values, "received_top"),
                value(values, "section_share"),
                sectionChance);
    }

    private static double value(Map<String, Double> values, String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** Writes the table. */
    void write(List<HeadFigures> heads) throws IOException {
        StructType type = new StructType()
                .add("layer", DataTypes.IntegerType, false)
                .add("head", DataTypes.IntegerType, false)
                .add("kind", DataTypes.StringType, false);
        for (String figure : FIGURES) {
            type = type.add(figure, DataTypes.DoubleType, true);
        }
        List<Row> rows = heads.stream()
                .sorted(Comparator.comparingInt(HeadFigures::layer).thenComparingInt(HeadFigures::head))
                .map(HeadsTable::row)
                .toList();
        new TableWriter(spark, folder)
                .write(NAME, spark.createDataFrame(rows, type.add("kind_score", DataTypes.DoubleType, true)));
    }

    private static Row row(HeadFigures of) {
        double[] figures = {
            of.entropy(),
            of.support(),
            of.breadth(),
            of.distance(),
            of.distanceAbsolute(),
            of.self(),
            of.previous(),
            of.next(),
            of.first(),
            of.near(),
            of.separators(),
            of.punctuation(),
            of.induction(),
            of.inductionChance(),
            of.onSame(),
            of.receivedTop(),
            of.sectionShare(),
            of.sectionChance(),
            HeadRules.score(of)
        };
        List<Object> values = new ArrayList<>(
                List.of(of.layer(), of.head(), HeadRules.kind(of).toString()));
        for (double figure : figures) {
            values.add(Double.isNaN(figure) ? null : figure);
        }
        return RowFactory.create(values.toArray());
    }
}
