/**
 * The layers that stand around attention, each of which looks at one token at a time: embedding, projections,
 * normalisation, feed-forward, residuals. {@link foco.driver.layer.TransformerLayer} is what a model's family makes of
 * them. API.
 */
package foco.driver.layer;
