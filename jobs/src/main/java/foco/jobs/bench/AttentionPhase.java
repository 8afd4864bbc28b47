package foco.jobs.bench;

import foco.driver.strategy.Strategy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.StageInfo;
import scala.jdk.javaapi.CollectionConverters;

/** Hears from Spark how long the stages took in which kernels computed: the wall time from their first task to their last. */
final class AttentionPhase extends SparkListener implements AutoCloseable {
    private static final String LAST_JOB = "foco.bench.last";

    private final SparkContext context;
    private final CountDownLatch heardAll = new CountDownLatch(1);
    private volatile long millis;

    AttentionPhase(SparkContext context) {
        this.context = context;
        context.addSparkListener(this);
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted event) {
        StageInfo stage = event.stageInfo();
        boolean computes = CollectionConverters.asJava(stage.rddInfos()).stream()
                .anyMatch(rdd -> rdd.name().equals(Strategy.OUTPUTS));
        if (computes
                && stage.submissionTime().isDefined()
                && stage.completionTime().isDefined()) {
            millis += (Long) stage.completionTime().get()
                    - (Long) stage.submissionTime().get();
        }
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
        if (job.properties() != null && job.properties().containsKey(LAST_JOB)) {
            heardAll.countDown();
        }
    }

    /** The seconds of all such stages so far. */
    double seconds() throws InterruptedException {
        // Spark tells of what happened later, but in order: when it tells of one more job, it has told of all before.
        context.setLocalProperty(LAST_JOB, "true");
        try {
            JavaSparkContext.fromSparkContext(context)
                    .parallelize(List.of(0), 1)
                    .count();
        } finally {
            context.setLocalProperty(LAST_JOB, null);
        }
        if (!heardAll.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("Spark did not tell how long its stages took.");
        }
        return millis * 1e-3;
    }

    @Override
    public void close() {
        context.removeSparkListener(this);
    }
}
