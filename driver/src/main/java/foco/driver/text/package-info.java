/**
 * Texts and the tokens that a model reads of them: its tokenizer, each token's place in the text, and the places that a
 * model counts. API.
 */
package foco.driver.text;
