package foco.jobs.steps;

import foco.driver.model.AttentionSteps;
import java.util.function.IntFunction;
import org.apache.commons.text.StringEscapeUtils;

/**
 * All numbers as CSV (RFC 4180), a line for each: {@code step,head,position,token,index,other,value}. Of a vector
 * {@code index} is the element; of scores and weights it is the key's position, and {@code other} the key's token. Scores that
 * are masked are left out. Vectors of all heads have no head.
 */
final class StepsCsv {
    private final Steps steps;
    private final StringBuilder lines = new StringBuilder("step,head,position,token,index,other,value\r\n");

    private StepsCsv(Steps steps) {
        this.steps = steps;
    }

    static String of(Steps steps) {
        AttentionSteps values = steps.values();
        int head = steps.headIndex();
        String number = String.valueOf(steps.head());
        StepsCsv csv = new StepsCsv(steps);
        csv.vectors("hidden", "", values::hidden);
        csv.vectors("query", number, i -> values.query(head, i));
        csv.vectors("key", number, i -> values.key(head, i));
        csv.vectors("value", number, i -> values.value(head, i));
        for (int i = 0; i < steps.tokens(); i++) {
            for (int j = 0; j < steps.tokens(); j++) {
                double score = values.score(head, i, j);
                if (Double.isFinite(score)) {
                    csv.line("score", number, i, j, steps.piece(j), String.valueOf(score));
                }
            }
        }
        for (int i = 0; i < steps.tokens(); i++) {
            for (int j = 0; j < steps.tokens(); j++) {
                csv.line("weight", number, i, j, steps.piece(j), String.valueOf(values.weight(head, i, j)));
            }
        }
        csv.doubles("sum", number, i -> values.sum(head, i));
        csv.doubles("heads", "", steps::sideBySide);
        csv.vectors("output", "", values::output);
        return csv.lines.toString();
    }

    private void vectors(String step, String head, IntFunction<float[]> rows) {
        for (int i = 0; i < steps.tokens(); i++) {
            float[] row = rows.apply(i);
            for (int e = 0; e < row.length; e++) {
                line(step, head, i, e, "", String.valueOf(row[e]));
            }
        }
    }

    private void doubles(String step, String head, IntFunction<double[]> rows) {
        for (int i = 0; i < steps.tokens(); i++) {
            double[] row = rows.apply(i);
            for (int e = 0; e < row.length; e++) {
                line(step, head, i, e, "", String.valueOf(row[e]));
            }
        }
    }

    private void line(String step, String head, int position, int index, String other, String value) {
        lines.append(step)
                .append(',')
                .append(head)
                .append(',')
                .append(position)
                .append(',')
                .append(StringEscapeUtils.escapeCsv(steps.piece(position)))
                .append(',')
                .append(index)
                .append(',')
                .append(StringEscapeUtils.escapeCsv(other))
                .append(',')
                .append(value)
                .append("\r\n");
    }
}
