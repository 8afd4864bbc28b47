/**
 * A text as an analysis sees it: its tokens with what they are, and its passages (chapters, paragraphs, slices) as runs of tokens.
 * No API.
 */
package foco.driver.analysis.text;
