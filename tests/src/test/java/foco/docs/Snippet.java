package foco.docs;

import foco.driver.Attention;
import foco.driver.AttentionResult;
import foco.kernels.AttentionSpec;
import foco.kernels.mask.Mask;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Some lines of a document's Java as the body of {@link #run}, and what such lines take for granted. */
abstract class Snippet {

    final SparkSession spark;
    final AttentionSpec spec = AttentionSpec.of(8, 64).withKeyValueHeads(2).withMask(Mask.causal());
    final Dataset<Row> tokens;
    final Dataset<Row> keysAndValues;
    final Dataset<Row> queries;
    final Dataset<Row> otherQueries;
    final Dataset<Row> texts;
    final AttentionResult earlier;

    Snippet(SparkSession spark) {
        this.spark = spark;
        tokens = spark.range(1300)
                .selectExpr(
                        "id as position",
                        "int(id / 500) as document",
                        "transform(sequence(1, 512), i -> float(sin(id * i))) as query",
                        "transform(sequence(1, 128), i -> float(cos(id * i))) as key",
                        "transform(sequence(1, 128), i -> float(sin(id + i))) as value")
                .cache();
        keysAndValues = tokens.select("position", "key", "value");
        queries = tokens.select("position", "query").where("position < 10");
        otherQueries = tokens.select("position", "query").where("position < 5");
        texts = spark.sql("SELECT * FROM VALUES (1, 'A bench.'), (2, 'Sand and a bench.') AS texts(id, text)");
        earlier = Attention.of(spec).attend(tokens);
    }

    abstract void run() throws Exception;

    /** Runs the snippets that are named, and names those that have run. */
    public static void main(String[] names) throws Exception {
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.log.level", "ERROR")
                .config("spark.sql.shuffle.partitions", "4")
                .getOrCreate()) {
            for (String name : names) {
                Snippet snippet = (Snippet) Class.forName(name)
                        .getDeclaredConstructor(SparkSession.class)
                        .newInstance(spark);
                snippet.run();
                System.out.println("ran " + name);
            }
        }
    }
}
