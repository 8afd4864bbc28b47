/**
 * How many tasks a cluster runs at a time, and how large results come to the driver. Internal.
 */
package foco.driver.cluster;
