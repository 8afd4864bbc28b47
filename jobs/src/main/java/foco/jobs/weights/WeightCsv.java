package foco.jobs.weights;

import foco.driver.storage.OutputTarget;
import foco.driver.storage.PendingOutputs;
import java.io.IOException;
import java.io.Writer;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Weights as one CSV file (RFC 4180, but for line feeds alone) for a spreadsheet or a data frame: a line for each query,
 * head and key, under the names {@code sequence,position,head,key} and {@code weight} or {@code score}.
 */
record WeightCsv(OutputTarget target) implements WeightSink {
    private static final Pattern QUOTED = Pattern.compile("[\",\\r\\n]");

    @Override
    public void write(Dataset<Row> rows, PendingOutputs pending) throws IOException {
        String values = rows.columns()[4];
        Iterator<Row> all = rows.selectExpr(
                        "cast(sequence as string)", "position", "head", "first_key", "`%s`".formatted(values))
                .toLocalIterator();
        Writer csv = pending.text(target);
        try {
            csv.write("sequence,position,head,key,%s\n".formatted(values.replaceFirst("s$", "")));
            while (all.hasNext()) {
                write(all.next(), csv);
            }
            csv.flush();
        } catch (IOException e) {
            throw new IOException("%s cannot be written: %s".formatted(target.name(), e.getMessage()), e);
        }
    }

    private static void write(Row row, Writer csv) throws IOException {
        String query = "%s,%d,%d,".formatted(text(row.getString(0)), row.getLong(1), row.getInt(2));
        long key = row.getLong(3);
        for (Object value : row.getList(4)) {
            csv.append(query)
                    .append(String.valueOf(key++))
                    .append(',')
                    .append(String.valueOf(value))
                    .append('\n');
        }
    }

    private static String text(String sequence) {
        return QUOTED.matcher(sequence).find() ? '"' + sequence.replace("\"", "\"\"") + '"' : sequence;
    }
}
