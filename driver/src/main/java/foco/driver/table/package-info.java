/**
 * Tables of tokens as blocks, and blocks as tables. {@link foco.driver.table.TokenTable} is API.
 */
package foco.driver.table;
