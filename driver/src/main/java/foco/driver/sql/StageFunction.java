package foco.driver.sql;

import foco.driver.ml.FocoStage;
import foco.kernels.text.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * A stage as a table function: a table's name, the value of the stage's main param, and any others as {@code 'PARAM=VALUE'}.
 *
 * @param usage what it does, for {@code DESCRIBE FUNCTION}
 * @param mainParam the param that the second argument sets
 * @param stages makes the stage for a table's schema
 */
record StageFunction(String name, String usage, String mainParam, Function<StructType, FocoStage> stages) {

    private static final int FIXED = 2;

    /** What Spark's sessions register. */
    Tuple3<FunctionIdentifier, ExpressionInfo, scala.Function1<Seq<Expression>, LogicalPlan>> injected() {
        ExpressionInfo info =
                new ExpressionInfo(getClass().getName(), null, name, "_FUNC_" + usage, "", "", "", "", "", "", "");
        return new Tuple3<>(new FunctionIdentifier(name), info, new AbstractFunction1<>() {
            @Override
            public LogicalPlan apply(Seq<Expression> arguments) {
                try {
                    return plan(CollectionConverters.asJava(arguments));
                } catch (AnalysisException e) {
                    throw StageFunction.<RuntimeException>undeclared(e);
                }
            }
        });
    }

    /** Scala declares no exceptions, and Spark expects this one as it is. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> E undeclared(AnalysisException fault) throws E {
        throw (E) fault;
    }

    private LogicalPlan plan(List<Expression> arguments) throws AnalysisException {
        if (arguments.size() < FIXED) {
            throw fault("it takes (table, %s[, 'PARAM=VALUE', ...]), and was given %d argument%s"
                    .formatted(mainParam, arguments.size(), arguments.size() == 1 ? "" : "s"));
        }
        SparkSession spark = SparkSession.active();
        Dataset<Row> table = spark.table(text(arguments, 0));
        FocoStage stage = stages.apply(table.schema());
        try {
            set(stage, mainParam, text(arguments, 1));
            for (int i = FIXED; i < arguments.size(); i++) {
                String pair = text(arguments, i);
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw fault("argument %d, '%s', is not PARAM=VALUE; params are %s"
                            .formatted(i + 1, pair, String.join(", ", params(stage))));
                }
                set(
                        stage,
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            }
            StructType schema = stage.transformSchema(table.schema());
            return StageRelation.of(spark, table, stage, schema);
        } catch (IllegalArgumentException e) {
            throw new FunctionFault(name, e.getMessage(), Option.apply(e));
        }
    }

    /** An argument, which must be a string that is known before any row. */
    private String text(List<Expression> arguments, int i) throws AnalysisException {
        Expression argument = arguments.get(i);
        if (!argument.foldable() || !argument.dataType().equals(DataTypes.StringType)) {
            throw fault("argument %d, %s, is not a string such as 'tokens'".formatted(i + 1, argument.sql()));
        }
        Object value = argument.eval(InternalRow.empty());
        if (value == null) {
            throw fault("argument %d is null; give a string".formatted(i + 1));
        }
        return value.toString();
    }

    private void set(FocoStage stage, String param, String value) throws AnalysisException {
        if (!stage.hasParam(param)) {
            List<String> known = params(stage);
            throw fault("there is no param %s%s Params are %s"
                    .formatted(
                            param,
                            Nearest.to(param, known)
                                    .map("; do you mean %s?"::formatted)
                                    .orElse("."),
                            String.join(", ", known)));
        }
        Param<Object> found = stage.getParam(param);
        stage.set(param, typed(found, value));
    }

    private Object typed(Param<?> param, String value) throws AnalysisException {
        try {
            if (param instanceof IntParam) {
                return Integer.valueOf(value);
            }
        } catch (NumberFormatException e) {
            throw fault("%s is a whole number, and was given %s".formatted(param.name(), value));
        }
        if (param instanceof BooleanParam) {
            if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                throw fault("%s is true or false, and was given %s".formatted(param.name(), value));
            }
            return Boolean.valueOf(value);
        }
        return value;
    }

    private static List<String> params(FocoStage stage) {
        return Arrays.stream(stage.params()).map(Param::name).toList();
    }

    private FunctionFault fault(String message) {
        return new FunctionFault(name, message + ".", Option.empty());
    }
}
