package foco.driver.ml;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.jdk.javaapi.OptionConverters;
import scala.runtime.AbstractFunction1;

/**
 * What Foco's stages share: an output column, and params that are checked, copied, saved and loaded as those of Spark ML's
 * own stages. {@code transform} computes at once, unlike that of most of Spark's stages; what it keeps in Spark's block store
 * is freed when the resulting table is no longer referred to.
 */
public abstract class FocoStage extends Transformer implements DefaultParamsWritable {

    private final String uid;
    private final Param<String> outputCol;

    FocoStage(String uid, String output, String outputDoc) {
        this.uid = uid;
        this.outputCol = name("outputCol", outputDoc);
        setDefault(outputCol, output);
    }

    @Override
    public final String uid() {
        return uid;
    }

    /** The name of the column that is added. */
    public Param<String> outputCol() {
        return outputCol;
    }

    public String getOutputCol() {
        return getOrDefault(outputCol);
    }

    /** A param that holds a column's name. */
    final Param<String> name(String param, String doc) {
        return param(param, doc, "a name", text -> !text.isBlank());
    }

    /** A param of text. */
    final Param<String> param(String param, String doc, String legal, Check isValid) {
        Function1<String, Object> valid = new Valid(isValid);
        return new Param<>(this, param, "%s (%s)".formatted(doc, legal), valid);
    }

    /** A predicate that goes with the stage. */
    interface Check extends Serializable {
        boolean test(String text);
    }

    /** As Scala has it. */
    private static final class Valid extends AbstractFunction1<String, Object> implements Serializable {

        private static final long serialVersionUID = 1;

        private final Check check;

        Valid(Check check) {
            this.check = check;
        }

        @Override
        public Object apply(String text) {
            return text != null && check.test(text);
        }
    }

    /** A param's value, if it is set or has a default. */
    final Optional<String> value(Param<String> param) {
        return OptionConverters.toJava(get(param)).or(() -> OptionConverters.toJava(getDefault(param)));
    }

    final TableSchema schema(StructType schema) {
        return new TableSchema("%s %s".formatted(getClass().getSimpleName(), uid), schema);
    }

    /** A table's column, whatever signs its name holds. */
    static Column column(Dataset<?> table, String name) {
        return table.col("`%s`".formatted(name.replace("`", "``")));
    }

    @Override
    public MLWriter write() {
        return new StageWriter(this, DefaultParamsWritable.super.write());
    }

    /** Writes what is not among the params beside them. */
    void saveData(Path folder, Configuration hadoop) throws IOException {}

    /** Reads what {@link #saveData} wrote. */
    void loadData(Path folder, Configuration hadoop) throws IOException {}

    /** Hands what is not among the params to a copy. */
    void copyData(FocoStage copy) {}

    @Override
    public Transformer copy(ParamMap extra) {
        FocoStage copy = defaultCopy(extra);
        copyData(copy);
        return copy;
    }
}
