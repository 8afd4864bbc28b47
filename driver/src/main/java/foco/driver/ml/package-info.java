/**
 * Stages of Spark ML: {@link foco.driver.ml.ScaledDotProductAttention}, {@link foco.driver.ml.MultiHeadSelfAttention} and
 * {@link foco.driver.ml.DocumentEncoder}, with params, checks of schemas, save and load as Spark's own. API.
 */
package foco.driver.ml;
