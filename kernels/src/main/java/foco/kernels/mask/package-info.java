/**
 * Which keys a query sees. A mask says of a tile of queries and keys whether all, some or none of it is seen.
 * {@link foco.kernels.mask.Mask} and {@link foco.kernels.mask.Tile} are API; the kinds of masks are made by its
 * methods.
 */
package foco.kernels.mask;
