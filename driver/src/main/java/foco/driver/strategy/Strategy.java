package foco.driver.strategy;

import foco.driver.meter.Meter;
import foco.driver.metrics.AttentionJobs;
import foco.driver.plan.AttentionPlan;
import foco.driver.plan.BroadcastPlan;
import foco.driver.plan.BySequencePlan;
import foco.driver.plan.SplitKeysPlan;
import foco.driver.plan.StrategyPlan;
import foco.driver.plan.StreamPlan;
import foco.driver.settings.FocoConf;
import foco.driver.sweep.AttentionSweep;
import foco.driver.sweep.HeadOutput;
import foco.driver.sweep.PackedKeyValues;
import foco.driver.sweep.Sweep;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A way to bring queries together with the keys and values that they attend to. It serves one computation and holds what
 * that needs on the cluster until it is closed.
 *
 * @param <T> what an item of work comes to
 */
public interface Strategy<T> extends AutoCloseable {

    /** The name of the RDDs in whose tasks kernels compute, on Spark's pages and for its listeners. */
    String OUTPUTS = AttentionJobs.OUTPUTS;

    /**
     * The strategy that was planned.
     *
     * @param sweep what is done with each item
     */
    static <T> Strategy<T> of(
            AttentionPlan plan,
            FocoConf conf,
            AttentionInput input,
            Sweep<T> sweep,
            JavaSparkContext context,
            Meter meter) {
        StrategyPlan chosen = plan.strategy();
        if (chosen instanceof StreamPlan stream) {
            return new StreamStrategy<>(plan.spec(), conf, stream, input, sweep, meter);
        }
        if (chosen instanceof BySequencePlan bySequence) {
            return new BySequenceStrategy<>(plan.spec(), conf, bySequence, input, sweep, meter);
        }
        if (chosen instanceof SplitKeysPlan splitKeys) {
            return new SplitKeysStrategy<>(
                    plan.spec(), conf, splitKeys, input, sweep, Optional.empty(), context, meter);
        }
        return new BroadcastStrategy<>(plan.spec(), conf, (BroadcastPlan) chosen, input, sweep, context, meter);
    }

    /** Attention by split-keys over keys and values that somebody else has loaded, and frees. */
    static Strategy<HeadOutput> over(
            PackedKeyValues loaded,
            AttentionPlan plan,
            FocoConf conf,
            AttentionInput input,
            JavaSparkContext context,
            Meter meter) {
        SplitKeysPlan splitKeys = (SplitKeysPlan) plan.strategy();
        return new SplitKeysStrategy<>(
                plan.spec(), conf, splitKeys, input, new AttentionSweep(), Optional.of(loaded), context, meter);
    }

    /**
     * Computes, in part now and in part when the result is asked for; it may be asked again after a loss.
     *
     * @param sink where tasks leave what their items come to
     * @return what the sink leaves of them to Spark, by the index of their query block
     */
    JavaPairRDD<Integer, T> attend(OutputSink<T> sink);

    /** Frees what executors keep for speed. Lost outputs can still be computed anew. */
    void release();

    /** Frees everything; outputs that Spark does not keep are gone. */
    @Override
    void close();
}
