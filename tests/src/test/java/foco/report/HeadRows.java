package foco.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** What the tables of an analysis say of one head. */
final class HeadRows {
    static final String KINDS =
            "layer int, head int, kind string, entropy double, support double, distance double, distance_absolute double,"
                    + " self double, previous double, next double, first double, near double, separators double,"
                    + " punctuation double, induction double, received_top double, section_share double, kind_score double";

    private final BookTokens book;
    private final DenseHead head;
    private final int layer;
    private final int number;
    private final int n;

    HeadRows(BookTokens book, DenseHead head, int layer, int number) {
        this.book = book;
        this.head = head;
        this.layer = layer;
        this.number = number;
        this.n = book.count();
    }

    private record Link(int query, int key, float weight) {}

    /** Adds its rows to the tables; returns its row of the table of heads. */
    Row addTo(Map<String, List<Row>> tables, int top, int floor, int links) {
        double[] sums = new double[7];
        double[] mass = new double[3];
        for (int i = 0; i < n; i++) {
            double[] w = head.weights[i];
            double[] at = {
                w[i],
                i > 0 ? w[i - 1] : 0,
                i < n - 1 ? w[i + 1] : 0,
                w[0],
                sum(i, (q, k) -> Math.abs(q - k) <= 16),
                sum(i, (q, k) -> book.pieces.get(k).special()),
                sum(i, (q, k) -> book.pieces.get(k).punctuation())
            };
            double own = sum(
                    i,
                    (q, k) -> book.pieces.get(q).section() == book.pieces.get(k).section());
            mass[0] += own / n;
            for (int c = 0; c < at.length; c++) {
                sums[c] += at[c] / n;
            }
            tables.get("positions")
                    .add(RowFactory.create(
                            number,
                            i,
                            (float) head.entropy(i),
                            (float) head.distance(i, false),
                            (float) head.distance(i, true),
                            (float) at[0],
                            (float) at[1],
                            (float) at[2],
                            (float) at[3],
                            (float) at[4],
                            (float) at[5],
                            (float) at[6],
                            null,
                            null,
                            (float) head.received(i)));
            addTop(tables, i, top);
        }
        addMap(tables, "section", book.sections);
        addMap(tables, "paragraph", book.paragraphs);
        addLinks(tables, floor, links);
        addDistances(tables);
        addRepeats(tables);
        double entropy = mean(head::entropy);
        return RowFactory.create(
                layer,
                number,
                head.kind,
                entropy,
                Math.exp(entropy),
                mean(i -> head.distance(i, false)),
                mean(i -> head.distance(i, true)),
                sums[0],
                sums[1],
                sums[2],
                sums[3],
                sums[4],
                sums[5],
                sums[6],
                null,
                0.1,
                mass[0],
                0.5);
    }

    private interface Pair {
        boolean holds(int query, int key);
    }

    private double sum(int i, Pair pair) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += pair.holds(i, j) ? head.weights[i][j] : 0;
        }
        return sum;
    }

    private double mean(java.util.function.IntToDoubleFunction of) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += of.applyAsDouble(i) / n;
        }
        return sum;
    }

    private void addTop(Map<String, List<Row>> tables, int i, int top) {
        List<Integer> keys = SmallAnalysis.heaviest(n, top, j -> head.weights[i][j]);
        List<Integer> queries = SmallAnalysis.heaviest(n, top, j -> head.weights[j][i]);
        for (int rank = 0; rank < keys.size(); rank++) {
            int key = keys.get(rank);
            int query = queries.get(rank);
            tables.get("top_keys").add(RowFactory.create(number, i, rank + 1, key, (float) head.weights[i][key]));
            tables.get("top_queries")
                    .add(RowFactory.create(number, i, rank + 1, query, (float) head.weights[query][i]));
        }
    }

    private void addMap(Map<String, List<Row>> tables, String level, List<BookTokens.Part> parts) {
        for (int q = 0; q < parts.size(); q++) {
            for (int k = 0; k < parts.size(); k++) {
                double mass = 0;
                for (int i = parts.get(q).first(); i < parts.get(q).end(); i++) {
                    for (int j = parts.get(k).first(); j < parts.get(k).end(); j++) {
                        mass += head.weights[i][j];
                    }
                }
                tables.get("section_map").add(RowFactory.create(number, level, q, k, mass));
            }
        }
    }

    private void addLinks(Map<String, List<Row>> tables, int floor, int links) {
        List<Link> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (Math.abs(i - j) >= floor && head.weights[i][j] > 1e-3) {
                    all.add(new Link(i, j, (float) head.weights[i][j]));
                }
            }
        }
        all.sort(Comparator.comparingDouble(link -> -link.weight()));
        for (int rank = 0; rank < Math.min(links, all.size()); rank++) {
            Link link = all.get(rank);
            tables.get("links")
                    .add(RowFactory.create(
                            number, rank + 1, link.query(), link.key(), link.weight(), link.key() - link.query()));
        }
    }

    private void addRepeats(Map<String, List<Row>> tables) {
        Map<String, Integer> last = new HashMap<>();
        for (int i = 0; i < n; i++) {
            Integer earlier = last.put(book.pieces.get(i).token(), i);
            if (earlier != null) {
                double[] weights = head.weights[i];
                tables.get("repeats").add(RowFactory.create(number, i, earlier, (float) weights[earlier], (float)
                        weights[earlier + 1]));
            }
        }
    }

    private void addDistances(Map<String, List<Row>> tables) {
        tables.get("distances").add(RowFactory.create(number, "self", 0L, 1L, n * mean(i -> head.weights[i][i])));
        for (long low = 1; low < n; low *= 2) {
            long from = low;
            for (String direction : List.of("back", "ahead")) {
                int sign = direction.equals("back") ? 1 : -1;
                double mass = 0;
                for (int i = 0; i < n; i++) {
                    mass += sum(i, (q, k) -> sign * (q - k) >= from && sign * (q - k) < 2 * from);
                }
                tables.get("distances").add(RowFactory.create(number, direction, low, 2 * low, mass));
            }
        }
    }
}
