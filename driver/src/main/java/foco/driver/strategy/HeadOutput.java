package foco.driver.strategy;

import java.io.Serializable;

/**
 * The attention of one block of queries in one head.
 *
 * @param output {@code [queries, valueWidth]} row-major
 * @param lse one a query, natural logarithm
 */
public record HeadOutput(int head, float[] output, float[] lse) implements Serializable {}
