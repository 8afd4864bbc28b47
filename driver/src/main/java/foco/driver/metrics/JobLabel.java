package foco.driver.metrics;

import org.apache.spark.SparkContext;

/**
 * Describes, on Spark's pages and to its listeners, the jobs that this thread starts while the label is open. A label
 * within another one, or within a description of the user's, adds to it: "layer 3: attention: heads 0 to 7".
 */
public final class JobLabel implements AutoCloseable {

    static final String PROPERTY = "spark.job.description";

    private final SparkContext context;
    private final String before;

    private JobLabel(SparkContext context) {
        this.context = context;
        this.before = context.getLocalProperty(PROPERTY);
    }

    /** @param format as {@link String#format} has it */
    public static JobLabel of(SparkContext context, String format, Object... values) {
        JobLabel label = new JobLabel(context);
        String text = format.formatted(values);
        context.setJobDescription(label.before == null ? text : label.before + ": " + text);
        return label;
    }

    @Override
    public void close() {
        context.setJobDescription(before);
    }
}
