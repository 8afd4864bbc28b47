package foco.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@SparkTest
@TestMethodOrder(OrderAnnotation.class)
class SparkTestTest {

    private static String sharedApplication;
    private static String privateApplication;
    private static Path warehouse;

    @Test
    @Order(1)
    void theSharedSessionRunsLocallyOnTwoCoresWithoutUi(SparkSession spark) {
        sharedApplication = spark.sparkContext().applicationId();
        warehouse = Path.of(URI.create(spark.conf().get("spark.sql.warehouse.dir")));
        assertAll(
                () -> assertEquals("local[2]", spark.sparkContext().master()),
                () -> assertEquals(2, spark.sparkContext().defaultParallelism()),
                () -> assertTrue(spark.sparkContext().uiWebUrl().isEmpty()),
                () -> assertEquals("127.0.0.1", spark.conf().get("spark.driver.host")),
                () -> assertTrue(warehouse.startsWith(System.getProperty("java.io.tmpdir")), warehouse::toString));
    }

    @Test
    @Order(2)
    void everyTestGetsTheSameSharedSession(SparkSession spark) {
        assertEquals(sharedApplication, spark.sparkContext().applicationId());
        spark.range(10).write().saveAsTable("ten");
        assertTrue(Files.isDirectory(warehouse.resolve("ten")));
        spark.sql("drop table ten");
        spark.conf().set("spark.foco.partitions", "3");
        spark.conf().set("spark.sql.shuffle.partitions", "9");
    }

    @Nested
    class WithinAnotherClass {
        @Test
        void theAnnotationOfTheClassAroundHolds(SparkSession spark) {
            assertEquals("local[2]", spark.sparkContext().master());
        }
    }

    @Test
    @Order(3)
    void whatATestSetsEndsWithIt(SparkSession spark) {
        assertEquals(sharedApplication, spark.sparkContext().applicationId());
        assertFalse(spark.conf().contains("spark.foco.partitions"));
        assertEquals("4", spark.conf().get("spark.sql.shuffle.partitions"));
    }

    @Test
    @Order(4)
    @SparkTest(ownSession = true)
    void aSessionOfItsOwnIsAnother(SparkSession spark) {
        privateApplication = spark.sparkContext().applicationId();
        assertNotEquals(sharedApplication, privateApplication);
        assertFalse(Files.exists(warehouse), "the stopped session's warehouse is gone");
    }

    @Test
    @Order(5)
    @SparkTest(ownSession = true)
    void aSessionOfItsOwnServesOneTestOnly(SparkSession spark) {
        assertNotEquals(privateApplication, spark.sparkContext().applicationId());
    }

    @Test
    @Order(6)
    void theSharedSessionComesBackAfterAPrivateOne(SparkSession spark) {
        assertEquals("local[2]", spark.sparkContext().master());
        assertEquals(45, spark.range(10).selectExpr("sum(id)").first().getLong(0));
        spark.stop();
    }

    @Test
    @Order(7)
    void aSessionThatATestStoppedIsReplaced(SparkSession spark) {
        assertFalse(spark.sparkContext().isStopped());
    }

    @Test
    @Order(8)
    @SparkTest(
            master = "local[3]",
            conf = {"spark.foco.test=a=b", "spark.sql.shuffle.partitions = 7"})
    void settingsReachTheSession(SparkSession spark) {
        assertEquals(3, spark.sparkContext().defaultParallelism());
        assertEquals("a=b", spark.conf().get("spark.foco.test"));
        assertEquals("7", spark.conf().get("spark.sql.shuffle.partitions"));
    }

    @Test
    @Order(9)
    @SparkTest(master = "local-cluster[2,1,1024]")
    void aLocalClusterRunsTasksInTwoOtherProcesses(SparkSession spark) {
        // A class of this suite travels to the executors, each of which names its process.
        List<Long> processes = new JavaSparkContext(spark.sparkContext())
                .parallelize(List.of(0, 1, 2, 3, 4, 5, 6, 7), 8)
                .map(i -> OtherProcess.idAfterAMoment())
                .collect();
        Set<Long> distinct = new TreeSet<>(processes);
        assertEquals(2, distinct.size(), distinct::toString);
        assertFalse(distinct.contains(ProcessHandle.current().pid()));
    }
}
