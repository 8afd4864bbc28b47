/**
 * Makes the input of one computation: the past before the keys, vectors turned by rotary embedding. Internal.
 */
package foco.driver.input;
