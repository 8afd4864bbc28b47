/**
 * The ways to bring queries together with keys and values: broadcast, stream, split-keys, by-sequence; a class
 * each. Internal.
 */
package foco.driver.strategy;
