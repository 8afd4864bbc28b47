package foco.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives a JUnit 5 test its {@link org.apache.spark.sql.SparkSession} as a parameter.
 *
 * <pre>{@code
 * @SparkTest
 * class WordCountTest {
 *     @Test
 *     void countsEveryWord(SparkSession spark) {
 *         assertEquals(3, spark.sql("select explode(split('a b a', ' '))").count());
 *     }
 *
 *     @Test
 *     @SparkTest(master = "local-cluster[2,1,1024]", conf = "spark.task.maxFailures=4")
 *     void survivesTheWire(SparkSession spark) { ... }
 * }
 * }</pre>
 *
 * <p>Without arguments every test of the JVM shares one session in {@code local[2]}. Spark allows a JVM one live context,
 * so a test that asks for another master, other settings or a session of its own makes the live one stop; the next test
 * that asks for the shared one gets it anew. What a test sets in {@code spark.conf()}, and its temporary views, end with it. A session belongs to the test while its method runs: keep none in a field
 * of a class where single methods ask for sessions unlike the class's.
 *
 * <p>On a method the annotation replaces the class's; a nested class without one has that of the class around it. Tests
 * with this annotation never run at the same time, whatever JUnit's parallel execution is set to.
 *
 * <p>The session's UI is off, its warehouse is a temporary folder, it binds to 127.0.0.1 only and four partitions follow a
 * shuffle. Errors alone are logged, once the session runs; {@code -Dspark.log.level=INFO} opens the log. Any other
 * {@code spark.*} system property is taken too, and {@link #conf} overrides them all.
 *
 * <p>{@code standalone[workers,cores,mebibytes]} starts a {@link StandaloneCluster}, which a test may have as a parameter,
 * too, and kill workers of. Settings whose names begin with {@code spark.shuffle.service.} are the workers' as well.
 *
 * <p>{@code local-cluster[executors,cores,mebibytes]} runs executors in processes of their own, with this JVM's class path.
 * It needs a Spark installation, a folder that holds {@code jars/}, named by the environment variable {@code SPARK_HOME}
 * of the test JVM; with Maven's surefire or failsafe:
 *
 * <pre>{@code
 * <environmentVariables>
 *   <SPARK_HOME>${foco.spark.home}</SPARK_HOME>
 * </environmentVariables>
 * }</pre>
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SparkTestExtension.class)
@ResourceLock("foco.testing.SparkTest")
public @interface SparkTest {

    /**
     * The master that the session runs on: {@code local[n]}, {@code local-cluster[n,cores,mebibytes]},
     * {@code standalone[n,cores,mebibytes]} or an address.
     */
    String master() default "local[2]";

    /** Spark settings, each as {@code key=value}. */
    String[] conf() default {};

    /** Whether the annotated class or method gets a session that no other test has used, and that none uses after it. */
    boolean ownSession() default false;
}
