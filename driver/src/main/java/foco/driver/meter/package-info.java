/**
 * Measures what a computation moves and holds, to be compared with its plan. Internal.
 */
package foco.driver.meter;
