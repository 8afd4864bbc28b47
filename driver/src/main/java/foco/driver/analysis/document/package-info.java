/** The analysis of a whole document: from its tokens and the attention of each layer to the folder of tables. No API. */
package foco.driver.analysis.document;
