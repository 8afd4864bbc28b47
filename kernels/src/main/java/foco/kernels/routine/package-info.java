/**
 * What a machine does with a block of queries and a block of keys: attention, and going through its weights. Internal; users get it
 * from {@code foco.kernels.machine}.
 */
package foco.kernels.routine;
