package foco.driver.meter;

import foco.driver.cluster.SparkInternals;
import foco.driver.metrics.AttentionJobs;
import foco.driver.metrics.AttentionMetrics;
import foco.driver.plan.Memory;
import foco.driver.plan.Traffic;
import foco.driver.shared.Shared;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.BlockUpdatedInfo;
import org.apache.spark.storage.BroadcastBlockId;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Measures what a computation really takes, to be held against its plan: Spark tells what is moved, tasks tell what they
 * hold. It measures the jobs that its thread starts, from {@link #start} to {@link #close}.
 */
public final class Meter extends SparkListener implements AutoCloseable {

    private static final String RUN = "foco.run";
    private static final long PATIENCE_MILLIS = 10_000;

    private final SparkContext context;
    private final String run = UUID.randomUUID().toString();
    private final TaskMeter ofTask;
    private final long blocksBefore;
    private final Set<Integer> stages = new HashSet<>();
    private final Set<Integer> reading = new HashSet<>();
    private final Set<Long> broadcasts = new HashSet<>();
    private final Map<Long, Long> broadcastBytes = new HashMap<>();
    private long shuffled;
    private long driverBlocks;

    private Meter(SparkContext context) {
        this.context = context;
        this.ofTask = new TaskMeter(AttentionMetrics.of(context));
        this.blocksBefore = CollectionConverters.asJava(context.getExecutorMemoryStatus()).values().stream()
                .mapToLong(room -> (Long) room._1() - (Long) room._2())
                .max()
                .orElse(0);
    }

    /** Begins to measure. */
    public static Meter start(JavaSparkContext context) {
        Meter meter = new Meter(context.sc());
        context.sc().register(meter.ofTask.task(), "bytes of a task");
        context.sc().register(meter.ofTask.blocks(), "bytes of blocks");
        context.sc().register(meter.ofTask.pulled(), "bytes of keys and values pulled");
        // In a queue of its own: a user's slow listener holds up Spark's shared one.
        SparkInternals.addListener(context.sc(), meter, "foco");
        context.setLocalProperty(RUN, meter.run);
        return meter;
    }

    /** Has each task that computes see to something before. */
    public void before(TaskCheck check) {
        ofTask.before(check);
    }

    public TaskMeter ofTask() {
        return ofTask;
    }

    /** Sends a value to executors for tasks to share, and has that counted. */
    public <T> Shared<T> share(T value) {
        Shared<T> shared = Shared.of(context, value);
        sent(shared);
        return shared;
    }

    /** Has a value counted that was just sent to executors. */
    public synchronized void sent(Shared<?> value) {
        broadcasts.add(value.id());
        driverBlocks += SparkInternals.broadcastInMemory(value.id());
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart job) {
        if (job.properties() != null && run.equals(job.properties().getProperty(RUN))) {
            CollectionConverters.asJava(job.stageIds()).forEach(stage -> stages.add((Integer) stage));
        }
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
        boolean reads = CollectionConverters.asJava(stage.stageInfo().rddInfos()).stream()
                .anyMatch(rdd -> rdd.name().equals(AttentionJobs.INPUT));
        if (reads) {
            reading.add(stage.stageInfo().stageId());
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
        TaskMetrics metrics = task.taskMetrics();
        if (metrics != null && stages.contains(task.stageId()) && !reading.contains(task.stageId())) {
            shuffled += metrics.shuffleWriteMetrics().bytesWritten();
        }
    }

    @Override
    public synchronized void onBlockUpdated(SparkListenerBlockUpdated event) {
        BlockUpdatedInfo block = event.blockUpdatedInfo();
        if (block.blockManagerId().isDriver()
                && block.blockId() instanceof BroadcastBlockId id
                && !id.field().isEmpty()
                && block.storageLevel().isValid()) {
            // Spark may tell before the broadcast is known to be one of this computation's.
            broadcastBytes.merge(id.broadcastId(), block.memSize() + block.diskSize(), Long::sum);
        }
    }

    /** What was moved so far, in the terms of a plan; empty if Spark's listeners are far behind. */
    public Optional<Traffic> traffic() {
        Mark mark = new Mark();
        SparkInternals.post(context, mark);
        if (!reached(mark)) {
            return Optional.empty();
        }
        synchronized (this) {
            long broadcast = broadcasts.stream()
                    .mapToLong(id -> broadcastBytes.getOrDefault(id, 0L))
                    .sum();
            return Optional.of(new Traffic(broadcast, ofTask.pulled().sum(), shuffled));
        }
    }

    /** An event that comes after all those of the past. */
    private static final class Mark implements SparkListenerEvent {

        private final CountDownLatch heard = new CountDownLatch(1);

        /** Spark's event log does not know it. */
        @Override
        public boolean logEvent() {
            return false;
        }
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
        if (event instanceof Mark mark) {
            mark.heard.countDown();
        }
    }

    private static boolean reached(Mark mark) {
        try {
            return mark.heard.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What was held at the fullest, in the terms of a plan. */
    public Memory memory() {
        long blocks = Math.max(0, ofTask.blocks().value() - blocksBefore);
        return new Memory(driverBlocks, blocks, ofTask.task().value());
    }

    @Override
    public void close() {
        context.setLocalProperty(RUN, null);
        context.removeSparkListener(this);
    }
}
