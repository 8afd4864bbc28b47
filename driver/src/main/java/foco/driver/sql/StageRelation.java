package foco.driver.sql;

import foco.driver.cluster.SparkInternals;
import foco.driver.ml.FocoStage;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.TableScan;
import org.apache.spark.sql.types.StructType;

/**
 * What a stage makes of a table, as a relation: it is computed when its rows are first read, and once, so that
 * {@code EXPLAIN} and the making of a view compute nothing.
 */
final class StageRelation extends BaseRelation implements TableScan {

    private final SparkSession spark;
    private final StructType schema;
    private final RDD<Row> rows;

    private StageRelation(SparkSession spark, Dataset<Row> table, FocoStage stage, StructType schema) {
        this.spark = spark;
        this.schema = schema;
        this.rows =
                new LaterRdd(spark.sparkContext(), () -> stage.transform(table).rdd());
    }

    static LogicalPlan of(SparkSession spark, Dataset<Row> table, FocoStage stage, StructType schema) {
        Dataset<Row> rows = spark.baseRelationToDataFrame(new StageRelation(spark, table, stage, schema));
        return SparkInternals.plan(rows);
    }

    @Override
    public SQLContext sqlContext() {
        return spark.sqlContext();
    }

    @Override
    public StructType schema() {
        return schema;
    }

    @Override
    public RDD<Row> buildScan() {
        return rows;
    }
}
