/**
 * The long search: random attentions and damaged files, for as long as one likes. {@code mvn -Pfuzz} runs
 * {@link foco.fuzz.Fuzz}.
 */
package foco.fuzz;
