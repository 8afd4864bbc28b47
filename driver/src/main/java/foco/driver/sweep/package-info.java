/**
 * What a task does: sweeps keys and values with the queries of its items. Internal.
 */
package foco.driver.sweep;
