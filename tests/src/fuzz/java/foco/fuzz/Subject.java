package foco.fuzz;

/** Something to draw cases of. A case is drawn from a seed alone, so that it can be drawn again. */
interface Subject extends AutoCloseable {

    /** What commands and reports call it. */
    String name();

    /** Its share of the time, relative to those of the others. */
    int share();

    /**
     * Draws a case and judges it.
     *
     * @throws Mismatch if Foco did anything else than it should
     */
    void check(long seed) throws Exception;

    @Override
    default void close() {}
}
