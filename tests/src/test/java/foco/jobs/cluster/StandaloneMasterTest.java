package foco.jobs.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.rpc.RpcEnv;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A master that asks for a secret, a port where none is, and what an application is told of either. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandaloneMasterTest {

    private RpcEnv master;
    private String place;
    private String nowhere;

    @BeforeAll
    void start() throws IOException {
        SparkConf conf = withSecret(new SparkConf(false), "right").set("spark.master.rest.enabled", "false");
        master = Master.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, conf)._1();
        place = "127.0.0.1:" + master.address().port();
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = "127.0.0.1:" + closed.getLocalPort();
        }
    }

    @AfterAll
    void stop() {
        master.shutdown();
        master.awaitTermination();
    }

    private static SparkConf withSecret(SparkConf conf, String secret) {
        return conf.set("spark.authenticate", "true").set("spark.authenticate.secret", secret);
    }

    private static SparkConf application(String places) {
        return new SparkConf(false).set("spark.master", "spark://" + places);
    }

    /** Spark would take a minute and more. */
    private static String refused(SparkConf conf) {
        return assertTimeout(Duration.ofSeconds(30), () -> assertThrows(
                        RuntimeException.class, () -> StandaloneMaster.requireAnswer(conf, false))
                .getMessage());
    }

    @Test
    void oneMasterThatTakesTheApplicationIsEnough() {
        StandaloneMaster.requireAnswer(withSecret(application(place), "right"), false);
        StandaloneMaster.requireAnswer(withSecret(application(nowhere + "," + place), "right"), false);
        StandaloneMaster.requireAnswer(application("x").set("spark.master", "local[2]"), false);
        StandaloneMaster.requireAnswer(application("x").set("spark.master", "yarn"), false);
    }

    @Test
    void aMasterThatIsNotThereIsNamedWithThePlacesThatWereTried() {
        assertEquals(
                "No Spark master answers at spark://%s,no.such.host.invalid:7077 (%1$s: Connection refused, no.such.host.invalid:7077: no such host); start it, or name another with --master."
                        .formatted(nowhere),
                refused(application(nowhere + ",no.such.host.invalid:7077")));
    }

    @Test
    void aMasterThatRefusesTheSecretIsNamedWithTheSettings() {
        String wrong = refused(withSecret(application(place), "wrong"));
        assertTrue(wrong.startsWith("spark://%s answers".formatted(place)), wrong);
        assertTrue(wrong.contains("(it does not take the secret); spark.authenticate and "), wrong);
        assertTrue(refused(application(place)).contains("(it asks for a secret); spark.authenticate and "));
        assertTrue(refused(application(place).set("spark.authenticate", "true")).contains("spark.authenticate.secret"));
    }

    @Test
    void whatIsNoAddressIsShownAnAddress() {
        assertEquals(
                "The master must be spark://HOST:PORT, or several as spark://HOST:PORT,HOST:PORT, and is spark://host.",
                refused(application("host")));
    }
}
