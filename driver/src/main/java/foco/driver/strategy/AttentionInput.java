package foco.driver.strategy;

import foco.driver.table.TokenTable;

/**
 * Queries, and the keys and values that they attend to.
 *
 * @param queryColumn which of the vector columns of {@code queries} holds the queries
 * @param keyColumn which of those of {@code keys} holds the keys; the values are in the one after it
 */
public record AttentionInput(TokenTable queries, int queryColumn, TokenTable keys, int keyColumn) {}
