package foco.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.analysis.folder.FinishedAnalysis;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Chunk {@code profile} of each head, as JSON: how far away it looks, and what it gives to tokens that came before. */
final class ProfileChunks {
    private final FinishedAnalysis analysis;
    private final SparkSession spark;
    private final ChunkFolder folder;
    private final Map<Scope, ObjectNode> heads = new TreeMap<>();

    ProfileChunks(FinishedAnalysis analysis, SparkSession spark, ChunkFolder folder) {
        this.analysis = analysis;
        this.spark = spark;
        this.folder = folder;
    }

    /** Writes all; returns the bytes of all files. */
    long write() throws IOException {
        if (analysis.has("distances")) {
            distances();
        }
        if (analysis.has("repeats")) {
            repeats();
        }
        long size = 0;
        for (Map.Entry<Scope, ObjectNode> head : heads.entrySet()) {
            byte[] json = new Planes().text(head.getValue().toString()).toBytes();
            size += folder.write(head.getKey().chunk("profile"), json);
        }
        return size;
    }

    private ObjectNode of(Scope head) {
        return heads.computeIfAbsent(head, each -> JsonNodeFactory.instance.objectNode());
    }

    private void distances() throws IOException {
        Dataset<Row> rows = analysis.layers(spark, "distances", "head", "direction", "low", "high", "mass")
                .selectExpr("layer", "head", "direction", "low", "high", "mass")
                .orderBy("layer", "head", "direction", "low");
        for (Row row : rows.collectAsList()) {
            ArrayNode all = of(new Scope(row.getInt(0), row.getInt(1))).withArray("/distances");
            all.addArray()
                    .add(row.getString(2))
                    .add(row.getLong(3))
                    .add(row.getLong(4))
                    .add(row.getDouble(5));
        }
    }

    private void repeats() throws IOException {
        Dataset<Row> rows = analysis.layers(spark, "repeats", "head", "position", "earlier", "on_same", "on_following")
                .selectExpr("layer", "head", "position", "earlier", "on_same", "on_following");
        int tokens = analysis.tokens();
        String name = analysis.name();
        JavaPairRDD<Scope, HeadRepeats> found = rows.javaRDD()
                .mapPartitionsToPair(part -> gathered(part, tokens, name))
                .reduceByKey(HeadRepeats::merge);
        found.collect().forEach(each -> each._2().write(of(each._1()).putObject("repeats")));
    }

    private static Iterator<Tuple2<Scope, HeadRepeats>> gathered(Iterator<Row> rows, int tokens, String name) {
        Map<Scope, HeadRepeats> heads = new HashMap<>();
        while (rows.hasNext()) {
            Row row = rows.next();
            int position = row.getInt(2);
            int earlier = row.getInt(3);
            if (earlier < 0 || earlier >= position || position >= tokens) {
                throw new InvalidInputException(
                        "%s/repeats is damaged: token %d has an earlier like token %d, of %d tokens; run foco analyze again"
                                .formatted(name, position, earlier, tokens));
            }
            heads.computeIfAbsent(new Scope(row.getInt(0), row.getInt(1)), head -> new HeadRepeats())
                    .add(position, earlier, row.getFloat(4), row.getFloat(5));
        }
        List<Tuple2<Scope, HeadRepeats>> pairs = new ArrayList<>();
        heads.forEach((head, repeats) -> pairs.add(new Tuple2<>(head, repeats)));
        return pairs.iterator();
    }
}
