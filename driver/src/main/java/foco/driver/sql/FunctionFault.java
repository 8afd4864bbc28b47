package foco.driver.sql;

import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;
import scala.collection.immutable.Map$;

/** What is wrong with a call of a table function, as Spark tells of any statement that cannot be run. */
final class FunctionFault extends AnalysisException {

    private static final long serialVersionUID = 1;

    FunctionFault(String function, String message, Option<Throwable> cause) {
        super(
                "%s: %s".formatted(function, message),
                Option.empty(),
                Option.empty(),
                cause,
                Option.empty(),
                Map$.MODULE$.empty(),
                new QueryContext[0],
                Option.empty(),
                Option.empty());
    }
}
