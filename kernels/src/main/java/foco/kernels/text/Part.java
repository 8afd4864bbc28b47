package foco.kernels.text;

import java.util.function.IntFunction;

/**
 * A part of an attention that depends on a number which the input may give: a score modifier on the heads, a rotary
 * embedding on the width of a head.
 */
record Part<T>(String text, IntFunction<T> of) {}
