/**
 * Computes attention by the planned strategy and keeps its outputs in order. Blocks of outputs and the summary are
 * API.
 */
package foco.driver.result;
