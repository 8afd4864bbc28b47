package foco.driver.analysis.document;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import foco.driver.analysis.folder.AnalysisFolder;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The strongest links, the passages and the tokens that are looked at most, from the tables. */
record Highlights(SparkSession spark, AnalysisFolder folder, DocumentTokens tokens, List<Section> sections) {

    private static final int COUNT = 5;
    /** Enough to find a few that say something among links to marks and punctuation. */
    private static final int CANDIDATES = 2000;

    void addTo(Findings findings) throws IOException {
        if (has("links")) {
            links().forEach(findings::addLink);
        }
        if (has("section_map") && sections.size() > 1) {
            passages().forEach(findings::addPassage);
        }
        if (has("positions")) {
            addTokens(findings);
        }
    }

    private boolean has(String table) throws IOException {
        return !folder.present(List.of(table)).isEmpty();
    }

    private Dataset<Row> table(String name) {
        return spark.read().parquet(folder.path(name).toString());
    }

    /** The strongest between words of the text, no two to the same word, and one of a head: one head can have all of them. */
    private List<Findings.Link> links() {
        List<Row> strongest = table("links")
                .select("layer", "head", "query", "key", "weight")
                .orderBy(col("weight").desc(), col("layer"), col("head"), col("query"), col("key"))
                .limit(CANDIDATES)
                .collectAsList();
        Set<String> said = new HashSet<>();
        List<Findings.Link> links = new ArrayList<>();
        for (Row row : strongest) {
            Findings.Link link =
                    new Findings.Link(row.getInt(0), row.getInt(1), row.getInt(2), row.getInt(3), row.getFloat(4));
            boolean words = isWord(link.query()) && isWord(link.key());
            if (links.size() < COUNT
                    && words
                    && said.add(tokens.word(link.key()).toLowerCase())) {
                links.add(link);
            }
        }
        return links;
    }

    private String word(Findings.Link link) {
        return tokens.word(link.key()).toLowerCase();
    }

    /** No word of a text holds a blank. */
    private static String head(Findings.Link link) {
        return Findings.place(link.layer(), link.head());
    }

    private boolean isWord(int position) {
        return !tokens.isSeparator(position) && !tokens.isPunctuation(position);
    }

    /** What the queries of other sections give to each, against what even weights would: where it is more. */
    private List<Findings.Passage> passages() {
        int n = tokens.count();
        List<Row> rows = table("section_map")
                .where(col("level")
                        .equalTo(Section.SECTION)
                        .and(col("query_section").notEqual(col("key_section"))))
                .groupBy("key_section", "layer", "head")
                .agg(sum("mass"))
                .collectAsList();
        double[] total = new double[sections.size()];
        double[] most = new double[sections.size()];
        int[][] where = new int[sections.size()][2];
        Set<String> heads = new HashSet<>();
        for (Row row : rows) {
            int section = row.getInt(0);
            double length = sections.get(section).tokens();
            double times = row.getDouble(3) / ((n - length) * length / n);
            heads.add(row.getInt(1) + " " + row.getInt(2));
            total[section] += times;
            if (times > most[section]) {
                most[section] = times;
                where[section] = new int[] {row.getInt(1), row.getInt(2)};
            }
        }
        return sections.stream()
                .map(section -> new Findings.Passage(
                        section.title(),
                        total[section.number()] / Math.max(1, heads.size()),
                        where[section.number()][0],
                        where[section.number()][1],
                        most[section.number()]))
                .filter(passage -> passage.times() > 1)
                .sorted(Comparator.comparingDouble(Findings.Passage::times).reversed())
                .limit(COUNT)
                .toList();
    }

    /** The words that receive most, each but once. */
    private void addTokens(Findings findings) {
        Dataset<Row> positions = table("positions");
        if (!List.of(positions.columns()).contains("received")) {
            return;
        }
        List<Row> rows = positions
                .groupBy("position")
                .agg(avg(col("received").cast("double")).as("received"))
                .orderBy(col("received").desc(), col("position"))
                .limit(CANDIDATES)
                .collectAsList();
        Set<String> said = new HashSet<>();
        for (Row row : rows) {
            int position = row.getInt(0);
            if (said.size() < COUNT
                    && isWord(position)
                    && said.add(tokens.word(position).toLowerCase())) {
                findings.addToken(position, row.getDouble(1));
            }
        }
    }
}
