/**
 * The embeddings of BERT. API.
 */
package foco.driver.encoder;
