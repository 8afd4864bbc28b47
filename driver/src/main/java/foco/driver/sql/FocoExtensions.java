package foco.driver.sql;

import foco.driver.ml.DocumentEncoder;
import foco.driver.ml.ScaledDotProductAttention;
import java.util.List;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.types.StructType;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Registers Foco's table functions in sessions with {@code spark.sql.extensions=foco.driver.sql.FocoExtensions}:
 *
 * <pre>{@code
 * SELECT * FROM foco_attention('tokens', 'heads 8, causal')
 * SELECT * FROM foco_encode('texts', 'minilm', 'normalize=true')
 * }</pre>
 *
 * <p>The first argument names a table or view. Further arguments after the second, {@code 'PARAM=VALUE'}, set params of
 * {@link ScaledDotProductAttention} and {@link DocumentEncoder}. The functions are computed when rows are read. What is wrong
 * with arguments and schema is an {@code AnalysisException}.
 */
public final class FocoExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {

    private static final String SEQUENCE = "sequence";

    private static final List<StageFunction> FUNCTIONS = List.of(
            new StageFunction(
                    "foco_attention",
                    "(table, spec[, 'PARAM=VALUE', ...]) - Exact attention of a table's queries, keys and values.",
                    "spec",
                    schema -> hasColumn(schema, SEQUENCE)
                            ? new ScaledDotProductAttention().setSequenceCol(SEQUENCE)
                            : new ScaledDotProductAttention()),
            new StageFunction(
                    "foco_encode",
                    "(table, model[, 'PARAM=VALUE', ...]) - A table's texts through all layers of a model.",
                    "model",
                    schema -> new DocumentEncoder()));

    private static boolean hasColumn(StructType schema, String name) {
        return List.of(schema.fieldNames()).contains(name);
    }

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        FUNCTIONS.forEach(function -> extensions.injectTableFunction(function.injected()));
        return BoxedUnit.UNIT;
    }
}
