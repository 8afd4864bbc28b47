/**
 * The text of an attention, {@link foco.kernels.text.SpecText}: heads, widths, masks, score modifiers and rotary embedding
 * in one line that is printed and read back. API.
 */
package foco.kernels.text;
