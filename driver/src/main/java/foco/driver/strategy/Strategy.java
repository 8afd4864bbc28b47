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
import foco.driver.sweep.HeadOutput;
import foco.driver.sweep.PackedKeyValues;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A way to bring queries together with the keys and values that they attend to. It serves one computation and holds what
 * that needs on the cluster until it is closed.
 */
public interface Strategy extends AutoCloseable {

    /** The name of the RDDs in whose tasks kernels compute, on Spark's pages and for its listeners. */
    String OUTPUTS = AttentionJobs.OUTPUTS;

    /** The strategy that was planned. */
    static Strategy of(AttentionPlan plan, FocoConf conf, AttentionInput input, JavaSparkContext context, Meter meter) {
        StrategyPlan chosen = plan.strategy();
        if (chosen instanceof StreamPlan stream) {
            return new StreamStrategy(plan.spec(), conf, stream, input, meter);
        }
        if (chosen instanceof BySequencePlan bySequence) {
            return new BySequenceStrategy(plan.spec(), conf, bySequence, input, meter);
        }
        if (chosen instanceof SplitKeysPlan splitKeys) {
            return new SplitKeysStrategy(plan.spec(), conf, splitKeys, input, Optional.empty(), context, meter);
        }
        return new BroadcastStrategy(plan.spec(), conf, (BroadcastPlan) chosen, input, context, meter);
    }

    /** Split-keys over keys and values that somebody else has loaded, and frees. */
    static Strategy over(
            PackedKeyValues loaded,
            AttentionPlan plan,
            FocoConf conf,
            AttentionInput input,
            JavaSparkContext context,
            Meter meter) {
        SplitKeysPlan splitKeys = (SplitKeysPlan) plan.strategy();
        return new SplitKeysStrategy(plan.spec(), conf, splitKeys, input, Optional.of(loaded), context, meter);
    }

    /**
     * Computes attention, in part now and in part when the result is asked for; it may be asked again after a loss.
     *
     * @param sink where tasks leave the outputs of their items
     * @return what the sink leaves of them to Spark, by the index of their query block
     */
    JavaPairRDD<Integer, HeadOutput> attend(OutputSink sink);

    /** Frees what executors keep for speed. Lost outputs can still be computed anew. */
    void release();

    /** Frees everything; outputs that Spark does not keep are gone. */
    @Override
    void close();
}
