/**
 * Statistics of attention's weights, exact and without the matrix of weights: a file each. Once the log-sum-exp of every query is
 * known, a kernel sweeps tiles of final weights, and each {@link foco.kernels.fold.Fold} gathers from them what it is for. API.
 */
package foco.kernels.fold;
