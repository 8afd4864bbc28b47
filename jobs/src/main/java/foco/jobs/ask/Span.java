package foco.jobs.ask;

/**
 * Tokens next to one another.
 *
 * @param first the position of the first
 * @param last that of the last
 */
record Span(int first, int last) {

    int tokens() {
        return last - first + 1;
    }
}
