/**
 * Statistics of attention's weights as tables: what a {@link foco.driver.analysis.Statistic} gathers and which rows it gives, and
 * the computation that brings the results of folds together. Statistics, what is known of a head, and the figures of sum rules are
 * API.
 */
package foco.driver.analysis;
