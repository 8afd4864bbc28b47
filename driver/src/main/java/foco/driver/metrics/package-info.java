/**
 * What Spark's pages, listeners and metrics are told of attention. {@link foco.driver.metrics.AttentionProgress}
 * and {@link foco.driver.metrics.FocoPlugin} are API.
 */
package foco.driver.metrics;
