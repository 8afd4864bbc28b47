/** What kinds of heads there are, how alike they are, and which belong together: from the figures that the tables hold. No API. */
package foco.driver.analysis.head;
