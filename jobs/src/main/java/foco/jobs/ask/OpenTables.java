package foco.jobs.ask;

import static org.apache.spark.sql.functions.col;

import foco.driver.analysis.document.Occurrence;
import foco.driver.analysis.folder.FinishedAnalysis;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An analysis that is being asked: its tokens are in memory, its tables on disk.
 *
 * @param tokens of the whole text
 */
record OpenTables(SparkSession spark, FinishedAnalysis analysis, DocumentTokens tokens) {

    static OpenTables of(SparkSession spark, FinishedAnalysis analysis) throws IOException {
        return new OpenTables(spark, analysis, analysis.documentTokens(spark));
    }

    /**
     * The rows of a table in the layers and heads that are asked for.
     *
     * @throws InvalidInputException if the analysis is not of that layer or head
     */
    Dataset<Row> scoped(String table, Scope scope) throws IOException {
        require("layer", scope.layer().orElse(0), analysis.layers());
        require("head", scope.head().orElse(0), analysis.heads());
        Dataset<Row> rows = analysis.table(spark, table, "layer", "head");
        if (scope.layer().isPresent()) {
            rows = rows.where(col("layer").equalTo(scope.layer().getAsInt()));
        }
        if (scope.head().isPresent()) {
            rows = rows.where(col("head").equalTo(scope.head().getAsInt()));
        }
        return rows;
    }

    private void require(String what, int number, List<Integer> there) {
        if (number != 0 && !there.contains(number)) {
            throw new InvalidInputException(
                    "%s is not of %s %d; it has %s".formatted(analysis.name(), what, number, there));
        }
    }

    /** How many heads a scope has, over its layers. */
    int heads(Scope scope) {
        return (scope.layer().isPresent() ? 1 : analysis.layers().size())
                * (scope.head().isPresent() ? 1 : analysis.heads().size());
    }

    /**
     * The tokens that a question is about.
     *
     * @throws InvalidInputException if they are not there
     */
    Span span(Target target) {
        if (target instanceof Target.Position position) {
            int last = tokens.count() - 1;
            if (position.position() > last) {
                throw new InvalidInputException("There is no token %,d; %s has tokens 0 to %,d"
                        .formatted(position.position(), analysis.name(), last));
            }
            return new Span(position.position(), position.position());
        }
        return occurrences(((Target.Passage) target).text()).get(0);
    }

    /** @throws InvalidInputException if the text does not hold it */
    List<Span> occurrences(String passage) {
        if (!tokens.isText()) {
            throw new InvalidInputException(
                    "%s is of numbers alone and holds no text; ask for token N".formatted(analysis.name()));
        }
        List<Span> spans = Occurrence.find(tokens, passage).stream()
                .map(each -> new Span(each.first(), each.last()))
                .toList();
        if (spans.isEmpty()) {
            throw new InvalidInputException(
                    "The text does not hold \"%s\"; write it as the text does".formatted(passage));
        }
        return spans;
    }
}
