/**
 * What a layer leaves: its tables, written by the tasks that hold what was found, the figures of its heads, and rows of weights
 * that are compared at the end. No API.
 */
package foco.driver.analysis.layer;
