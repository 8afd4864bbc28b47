/**
 * Values that go to each executor once. Internal.
 */
package foco.driver.shared;
