/**
 * Tokens in blocks of consecutive positions all over the cluster, and their sources. {@link
 * foco.driver.block.TokenBlocks}, {@link foco.driver.block.TokenSource} and what they take are API.
 */
package foco.driver.block;
