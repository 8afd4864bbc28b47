package foco.driver.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.storage.RDDInfo;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Hears from Spark how far Foco's work is, and tells. Attention is measured in its operations, as tasks and blocks may
 * cost very unlike: what ended tasks have counted, and by Spark's heartbeats what running ones have so far. What has to be
 * computed anew, after a loss, does not count twice.
 *
 * <pre>{@code
 * spark.sparkContext().addSparkListener(new AttentionProgress(progress -> ...));
 * }</pre>
 */
public final class AttentionProgress extends SparkListener {

    private final Consumer<Progress> view;
    private final Map<Part, Double> parts = new HashMap<>();
    private final Map<Long, Part> running = new HashMap<>();
    private Optional<AttentionJobs> computation = Optional.empty();
    private Stage stage = new Stage(-1, "", false, 0);
    private int ended;

    /** What one task of a stage is to do, whichever of its attempts does it. */
    private record Part(int stage, int partition) {}

    private record Stage(int id, String label, boolean attention, int tasks) {}

    /** @param view is called on Spark's thread for listeners, and must not keep it */
    public AttentionProgress(Consumer<Progress> view) {
        this.view = view;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        Optional<AttentionJobs> its = AttentionJobs.of(submitted.properties());
        if (!its.equals(computation)) {
            parts.clear();
            computation = its;
        }
        stage = stage(submitted.stageInfo(), submitted.properties());
        ended = 0;
        tell();
    }

    private static Stage stage(StageInfo info, Properties properties) {
        List<String> rdds = CollectionConverters.asJava(info.rddInfos()).stream()
                .map(RDDInfo::name)
                .toList();
        boolean attention = rdds.contains(AttentionJobs.OUTPUTS);
        String label = properties == null ? null : properties.getProperty(JobLabel.PROPERTY);
        if (!attention && rdds.contains(AttentionJobs.INPUT)) {
            label = AttentionJobs.INPUT;
        }
        return new Stage(info.stageId(), label == null ? "" : label, attention, info.numTasks());
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
        running.put(
                start.taskInfo().taskId(),
                new Part(start.stageId(), start.taskInfo().partitionId()));
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
        CollectionConverters.asJava(heartbeat.accumUpdates()).forEach(task -> {
            Part part = running.get((Long) task._1());
            if (part != null) {
                count(part, CollectionConverters.asJava(task._4()));
            }
        });
        tell();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        TaskInfo task = end.taskInfo();
        Part part = new Part(end.stageId(), task.partitionId());
        running.remove(task.taskId());
        if (end.reason() == Success$.MODULE$) {
            count(part, CollectionConverters.asJava(task.accumulables()));
            ended += end.stageId() == stage.id ? 1 : 0;
        } else if (!running.containsValue(part)) {
            parts.remove(part);
        }
        tell();
    }

    private void count(Part part, Iterable<AccumulableInfo> accumulables) {
        for (AccumulableInfo counted : accumulables) {
            if (counted.name().contains(AttentionMetrics.PAIRS)
                    && counted.update().isDefined()) {
                double pairs = ((Number) counted.update().get()).doubleValue();
                parts.merge(part, pairs, Math::max);
            }
        }
    }

    private void tell() {
        if (stage.attention && computation.isPresent()) {
            AttentionJobs jobs = computation.get();
            double pairs =
                    parts.values().stream().mapToDouble(Double::doubleValue).sum();
            double done = jobs.found() + pairs * jobs.pairOperations();
            view.accept(new Progress(
                    stage.label, true, jobs.found(), Math.min(done, jobs.operations()), jobs.operations()));
        } else if (!stage.label.isEmpty()) {
            view.accept(new Progress(stage.label, false, 0, Math.min(ended, stage.tasks), stage.tasks));
        }
    }
}
