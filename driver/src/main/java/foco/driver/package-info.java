/**
 * The library's front door: attention of DataFrames or blocks of tokens, its result, keys and values that stay
 * loaded, multi-head attention with its projections. API.
 */
package foco.driver;
