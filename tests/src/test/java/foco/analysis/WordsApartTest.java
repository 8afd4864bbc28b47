package foco.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import foco.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sentence of the two "banco", a bench and a bank: which head tells them apart. */
@SparkTest
class WordsApartTest {

    private static final Pattern FINDING = Pattern.compile(
            "2 occurrences of \u201cbanco\u201d are told apart most by layer (\\d), head (\\d+), (0\\.\\d\\d) bits\\.");
    private static final Pattern GIVES = Pattern.compile(
            "\\[banco\\][^\u201d]*\u201d \\(token (\\d+)\\) (?:gives more than the others )?to \u201c([^\u201d]+)\u201d");

    @TempDir
    private Path folder;

    @Test
    void theHeadThatIsNamedTellsTheTwoApartMost(SparkSession spark) throws IOException {
        AnalyzedText analyzed = AnalyzedText.of(
                folder,
                "banco",
                "O banco da pra\u00e7a estava sujo, ent\u00e3o fui ao banco sacar dinheiro.\n",
                "--words",
                "banco",
                "--only",
                "entropy,top-queries");
        String printed = analyzed.printed().replaceAll("\\R\\s+", " ");
        Matcher finding = FINDING.matcher(printed);
        assertTrue(finding.find(), analyzed.printed());
        List<Row> pairs = analyzed.table(spark, "word_pairs")
                .orderBy(org.apache.spark.sql.functions.desc("divergence"))
                .collectAsList();
        assertEquals(72, pairs.size());
        assertEquals(finding.group(1), String.valueOf(pairs.get(0).<Integer>getAs("layer")));
        assertEquals(finding.group(2), String.valueOf(pairs.get(0).<Integer>getAs("head")));
        assertEquals(Double.parseDouble(finding.group(3)), pairs.get(0).<Double>getAs("divergence"), 0.005);
        // Both directions of both occurrences.
        List<Row> words = analyzed.table(spark, "words")
                .groupBy("occurrence", "direction")
                .count()
                .collectAsList();
        assertEquals(4, words.size());
        List<MatchResult> gives = GIVES.matcher(printed).results().toList();
        assertEquals(2, gives.size(), printed);
        assertTrue(
                Integer.parseInt(gives.get(1).group(1))
                        > Integer.parseInt(gives.get(0).group(1)),
                printed);
        assertNotEquals(gives.get(0).group(2), gives.get(1).group(2));
    }
}
