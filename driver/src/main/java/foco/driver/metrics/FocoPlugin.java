package foco.driver.metrics;

import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Foco's counts in Spark's metrics system, with {@code spark.plugins=foco.driver.metrics.FocoPlugin}: each executor
 * offers {@code pairs}, {@code tiles.computed}, {@code tiles.skipped}, {@code keys.values.bytes}, {@code kernel.seconds},
 * {@code kernel.gflops} (of one core) and {@code kernel.peak.share} to whatever sinks Spark is configured with, and has its
 * kernel compiled before the first task comes. Where the kernel is then below half of the processor's peak, it logs a warning.
 * {@code foco} sets it by itself.
 */
public final class FocoPlugin implements SparkPlugin {

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {};
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> extraConf) {
                ExecutorMetrics.register(context.metricRegistry());
                KernelWatch.begin();
            }
        };
    }
}
