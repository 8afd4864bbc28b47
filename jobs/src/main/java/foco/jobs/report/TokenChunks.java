package foco.jobs.report;

import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The text, and where its tokens stand in it: chunk {@code text} in UTF-8; chunk {@code tokens} with planes of where each
 * token starts behind the end of the one before (4 bytes), how long it is (4 bytes) and what it is (1 byte: 1 special, 2
 * separator, 4 punctuation). Without a text, the tokens themselves make one, with blanks between.
 */
final class TokenChunks {
    private final AnalysisFolder analysis;
    private final SparkSession spark;
    private final ChunkFolder folder;

    TokenChunks(AnalysisFolder analysis, SparkSession spark, ChunkFolder folder) {
        this.analysis = analysis;
        this.spark = spark;
        this.folder = folder;
    }

    /**
     * What was written.
     *
     * @param bytes of the files
     * @param labels the spelling of tokens that have no letters in the text, such as the marks around a paragraph
     * @param madeUp whether there was no text
     */
    record Written(long bytes, Map<Integer, String> labels, boolean madeUp) {}

    Written write() throws IOException {
        List<Row> rows = rows();
        int n = rows.size();
        Optional<String> text = analysis.text();
        StringBuilder made = new StringBuilder();
        int[] gaps = new int[n];
        int[] lengths = new int[n];
        byte[] kinds = new byte[n];
        Map<Integer, String> labels = new TreeMap<>();
        int before = 0;
        for (int i = 0; i < n; i++) {
            Row row = rows.get(i);
            String token = row.isNullAt(1) ? "#" + i : row.getString(1);
            int start;
            int end;
            if (text.isPresent()) {
                start = row.getInt(2);
                end = row.getInt(3);
                requireWithin(i, start, end, text.get().length());
                if (start == end) {
                    labels.put(i, token);
                }
            } else {
                start = made.length();
                made.append(token);
                end = made.length();
                made.append(i % 16 == 15 ? '\n' : ' ');
            }
            gaps[i] = start - before;
            lengths[i] = end - start;
            kinds[i] = (byte) ((row.getBoolean(4) ? 1 : 0) | (row.getBoolean(5) ? 2 : 0) | (row.getBoolean(6) ? 4 : 0));
            before = end;
        }
        long bytes = folder.write(
                "text", new Planes().text(text.orElseGet(made::toString)).toBytes());
        bytes += folder.write(
                "tokens", new Planes().ints(gaps).ints(lengths).bytes(kinds).toBytes());
        return new Written(bytes, labels, text.isEmpty());
    }

    private void requireWithin(int position, int start, int end, int length) {
        if (start < 0 || end < start || end > length) {
            throw new InvalidInputException(
                    "%s/tokens is damaged: token %d is from %d to %d, and the text has %d characters; is text.txt the text that was analysed?"
                            .formatted(analysis.name(), position, start, end, length));
        }
    }

    private List<Row> rows() throws IOException {
        String no = "coalesce(%s, false)";
        List<Row> rows = analysis.table(
                        spark, "tokens", "position", "token", "start", "end", "special", "separator", "punctuation")
                .selectExpr(
                        "position",
                        "token",
                        "coalesce(start, 0) as start",
                        "coalesce(end, 0) as end",
                        no.formatted("special"),
                        no.formatted("separator"),
                        no.formatted("punctuation"))
                .orderBy("position")
                .collectAsList();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).getInt(0) != i) {
                throw new InvalidInputException("%s/tokens is damaged: position %d stands where %d is due"
                        .formatted(analysis.name(), rows.get(i).getInt(0), i));
            }
        }
        if (rows.size() != analysis.tokens()) {
            throw new InvalidInputException("%s/tokens holds %d tokens, and %s says %d; run foco analyze again"
                    .formatted(analysis.name(), rows.size(), AnalysisFolder.FACTS, analysis.tokens()));
        }
        return new ArrayList<>(rows);
    }
}
