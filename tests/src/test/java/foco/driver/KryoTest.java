package foco.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import foco.driver.analysis.Statistic;
import foco.kernels.AttentionSpec;
import foco.kernels.dense.RotaryEmbedding;
import foco.kernels.mask.Mask;
import foco.testing.SparkTest;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many a cluster has {@code spark.serializer} set to Kryo, which cannot write records on its own. */
class KryoTest {

    private static final AttentionSpec SPEC =
            AttentionSpec.of(4, 16).withKeyValueHeads(2).withMask(Mask.causal());

    @TempDir
    private Path folder;

    @Test
    @Tag("slow")
    @SparkTest(
            ownSession = true,
            master = "local-cluster[2,1,1024]",
            conf = {"spark.serializer=org.apache.spark.serializer.KryoSerializer", "spark.foco.block.rows=128"})
    void allThatAttentionSendsGoesThroughKryo(SparkSession spark) {
        Tokens tokens = new Tokens(SPEC).add("a", 700, 700, new Random(1)).add("b", 60, 60, new Random(2));
        Dataset<Row> table = tokens.table(spark);
        for (String strategy : List.of("broadcast", "stream", "split-keys")) {
            spark.conf().set("spark.foco.strategy", strategy);
            try (AttentionResult result = Attention.of(SPEC).attend(table)) {
                assertTrue(tokens.errors(result).output() < 1e-6, strategy);
                assertEquals(4, result.weights("a", 500).size());
            }
        }
        spark.conf().unset("spark.foco.strategy");
        String checkpoint = folder.resolve("checkpoint").toString();
        Attention kept = Attention.of(SPEC).withCheckpoint(checkpoint);
        int bits;
        try (AttentionResult first = kept.attend(table)) {
            bits = Tokens.bits(first);
        }
        try (AttentionResult again = kept.attend(table)) {
            assertEquals(bits, Tokens.bits(again));
            assertEquals(again.summary().items(), again.summary().found());
        }
        analyze(spark, table);
        Attention turned = Attention.of(SPEC).withRotary(RotaryEmbedding.of(16));
        try (AttentionResult past = turned.attend(table);
                AttentionResult next = turned.withPast(past.present()).attend(table)) {
            assertEquals(2 * past.summary().keys(), next.summary().keys());
        }
    }

    /** The same rows by two strategies and from a checkpoint. */
    private void analyze(SparkSession spark, Dataset<Row> table) {
        AttentionAnalysis analysis = AttentionAnalysis.of(SPEC)
                .inHeads(1)
                .with(Statistic.topQueries(2), Statistic.links(9, 3), Statistic.keysForMass(16), Statistic.rows(7));
        List<List<Row>> found = new ArrayList<>();
        for (String strategy : List.of("broadcast", "stream", "split-keys")) {
            spark.conf().set("spark.foco.strategy", strategy);
            try (AnalysisResult result = analysis.analyze(table)) {
                found.add(result.table("links").collectAsList());
            }
        }
        assertEquals(found.get(0), found.get(1));
        assertEquals(2 * 9, found.get(2).size());
        spark.conf().unset("spark.foco.strategy");
        AttentionAnalysis kept =
                analysis.withCheckpoint(folder.resolve("analysis").toString());
        for (int run = 0; run < 2; run++) {
            try (AnalysisResult result = kept.analyze(table)) {
                assertEquals(run * result.summary().items(), result.summary().found());
                assertEquals(found.get(0), result.table("links").collectAsList());
            }
        }
    }

    /** Whatever is a record and serializable may one day go over the wire. */
    @Test
    void everySerializableRecordSaysHowKryoWritesIt() {
        List<String> silent = new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("foco.driver", "foco.jobs")
                        .stream()
                        .filter(type -> type.isRecord() && type.isAssignableTo(Serializable.class))
                        .filter(type -> !type.isAnnotatedWith(DefaultSerializer.class))
                        .map(JavaClass::getName)
                        .sorted()
                        .toList();
        assertEquals(List.of(), silent, "annotate with @DefaultSerializer(JavaSerializer.class)");
    }
}
