package foco.driver.table;

import foco.driver.block.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** The columns of a table by Spark's rules: upper and lower case are alike unless {@code spark.sql.caseSensitive} is set. */
public record TableColumns(Dataset<Row> table) {

    private static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

    /**
     * The column of this name, if there is one.
     *
     * @throws InvalidInputException if there is more than one
     */
    public Optional<StructField> find(String name) {
        boolean exact = Boolean.parseBoolean(table.sparkSession().conf().get(CASE_SENSITIVE));
        List<StructField> found = Arrays.stream(table.schema().fields())
                .filter(field ->
                        exact ? field.name().equals(name) : field.name().equalsIgnoreCase(name))
                .toList();
        if (found.size() > 1) {
            throw new InvalidInputException("The table has more than one column %s: %s; drop or rename the others%s."
                    .formatted(
                            name,
                            found.stream().map(StructField::name).collect(Collectors.joining(", ")),
                            exact ? "" : ", or set %s to true".formatted(CASE_SENSITIVE)));
        }
        return found.stream().findFirst();
    }

    public boolean has(String name) {
        return find(name).isPresent();
    }

    /** @throws InvalidInputException if there is no column of this name, or more than one */
    public StructField require(String name) {
        return find(name)
                .orElseThrow(() -> new InvalidInputException(
                        "The table has no column %s; it has %s.".formatted(name, String.join(", ", table.columns()))));
    }

    /** The column as {@link #require} finds it, whatever signs its name holds. */
    public Column column(String name) {
        return table.col("`%s`".formatted(require(name).name().replace("`", "``")));
    }
}
