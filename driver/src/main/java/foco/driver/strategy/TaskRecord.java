package foco.driver.strategy;

import foco.driver.metrics.AttentionMetrics;
import java.io.Serializable;

/**
 * What tasks leave behind.
 *
 * @param sink takes the outputs of their items
 * @param metrics is told what they do
 */
public record TaskRecord(OutputSink sink, AttentionMetrics metrics) implements Serializable {}
