package foco.jobs.ask;

import java.util.List;
import java.util.Map;

/**
 * What is answered.
 *
 * @param heading what the lines are, for people
 * @param entries the lines
 * @param notes what to know of them
 */
record Answer(String heading, List<Entry> entries, List<String> notes) {

    /**
     * A line.
     *
     * @param fields for programs, in order
     * @param text for people
     */
    record Entry(Map<String, Object> fields, String text) {}
}
