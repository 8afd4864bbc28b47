package foco.jobs.steps;

import foco.driver.model.AttentionSteps;
import foco.driver.model.TransformerShape;
import foco.driver.plan.Counted;
import foco.kernels.AttentionSpec;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The steps for people, in tables of at most 80 columns: of vectors the first numbers and the length (2-norm). */
final class StepsPage {
    private static final int FIRST_NUMBERS = 4;
    private static final int KEYS_ABREAST = 10;
    private static final int HEAVIEST = 6;
    private static final int BAR = 20;

    private final Steps steps;
    private final AttentionSteps values;
    private final AttentionSpec spec;
    private final int head;
    private final int chosen;
    private final StringBuilder page = new StringBuilder();

    private StepsPage(Steps steps) {
        this.steps = steps;
        this.values = steps.values();
        this.spec = values.spec();
        this.head = steps.headIndex();
        this.chosen = steps.chosen();
    }

    static String of(Steps steps) {
        StepsPage page = new StepsPage(steps);
        page.title();
        page.embeddings();
        page.projections();
        page.scores();
        page.softmax();
        page.weights();
        page.weightedSum();
        page.heads();
        page.output();
        return page.page.toString();
    }

    private void title() {
        TransformerShape shape = steps.model().transformer().shape();
        line("Layer %d of %d, head %d of %d, in %s (%s); %s."
                .formatted(
                        steps.layer(),
                        shape.layers(),
                        steps.head(),
                        shape.heads(),
                        steps.model().name(),
                        shape.family(),
                        Counted.text(steps.tokens(), "token")));
        line("Worked out in full: the row of token %d, %s.".formatted(chosen, steps.piece(chosen)));
    }

    private void embeddings() {
        String given =
                steps.layer() == 1 ? "its embedding" : "the hidden state after layer %d".formatted(steps.layer() - 1);
        heading(1, "Tokens and embeddings");
        line("x is what the layer is given for a token: %s, %d numbers.".formatted(given, values.hidden(0).length));
        vectors("x", values::hidden);
    }

    private void projections() {
        heading(2, "Queries, keys and values");
        line("q = x W_Q, k = x W_K, v = x W_V: three learned matrices. Of each head %d has".formatted(steps.head()));
        line("%d, %d and %d numbers.".formatted(spec.keyWidth(), spec.keyWidth(), spec.valueWidth()));
        line(cell("") + "     q1     q2    |q|     k1     k2    |k|     v1     v2    |v|");
        for (int i = 0; i < steps.tokens(); i++) {
            line(label(i)
                    + pairAndNorm(values.query(head, i))
                    + pairAndNorm(values.key(head, i))
                    + pairAndNorm(values.value(head, i)));
        }
    }

    private void scores() {
        heading(3, "Scores");
        line("s = q . k %s: how well a key (column) fits a query (row).".formatted(scale()));
        if (!spec.scores().isEmpty()) {
            line("Then changed by "
                    + spec.scores().stream().map(Object::toString).collect(Collectors.joining(", then ")) + ".");
        }
        if (hasMask()) {
            line("A dot is a key that the query does not see: %s.".formatted(spec.mask()));
        }
        pairs((i, j) -> {
            double score = values.score(head, i, j);
            return score == Double.NEGATIVE_INFINITY ? "." : "%.2f".formatted(score);
        });
    }

    private boolean hasMask() {
        int n = steps.tokens();
        return IntStream.range(0, n * n).anyMatch(at -> values.score(head, at / n, at % n) == Double.NEGATIVE_INFINITY);
    }

    private String scale() {
        boolean usual = Math.abs(spec.scale() * Math.sqrt(spec.keyWidth()) - 1) < 1e-6;
        return usual ? "/ sqrt(d_k), d_k = %d".formatted(spec.keyWidth()) : "* %.4g".formatted(spec.scale());
    }

    private void softmax() {
        double max = IntStream.range(0, steps.tokens())
                .mapToDouble(j -> values.score(head, chosen, j))
                .max()
                .orElseThrow();
        heading(4, "Softmax of row %d, %s".formatted(chosen, steps.piece(chosen)));
        line("w = exp(s - max) / sum of exp(s - max); the largest score is %.2f.".formatted(max));
        line(cell("key") + "     q.k       s  exp(s-max)        w");
        double sum = 0;
        double total = 0;
        for (int j = 0; j < steps.tokens(); j++) {
            double score = values.score(head, chosen, j);
            double weight = values.weight(head, chosen, j);
            double exp = Math.exp(score - max);
            sum += exp;
            total += weight;
            String shown = score == Double.NEGATIVE_INFINITY ? "." : "%.2f".formatted(score);
            line(label(j)
                    + "%8.2f%8s%12.4f%9.4f  %s"
                            .formatted(values.product(head, chosen, j), shown, exp, weight, bar(weight)));
        }
        line(cell("sum") + "%28.4f%9.4f".formatted(sum, total));
        if (Double.isFinite(spec.sink(head))) {
            line("The rest of the softmax goes to the head's sink, %.2f.".formatted(spec.sink(head)));
        }
    }

    private static String bar(double weight) {
        return "#".repeat((int) Math.round(BAR * weight));
    }

    private void weights() {
        heading(5, "Weights");
        line("Each row through the softmax, in percent: what the query of the row takes of");
        line("the key of the column. A dot is less than one in a thousand.");
        pairs((i, j) -> {
            double percent = 100 * values.weight(head, i, j);
            return percent < 0.1 ? "." : percent < 9.95 ? "%.1f".formatted(percent) : "%.0f".formatted(percent);
        });
    }

    private void weightedSum() {
        heading(6, "Weighted sum of row %d, %s".formatted(chosen, steps.piece(chosen)));
        line("o = sum of w v. The keys of most weight, and the sum over all:");
        line(cell("key") + "       w    w v1    w v2    w v3    w v4");
        List<Integer> heaviest = IntStream.range(0, steps.tokens())
                .boxed()
                .sorted(Comparator.comparingDouble(j -> -values.weight(head, chosen, j)))
                .limit(HEAVIEST)
                .toList();
        for (int j : heaviest) {
            double weight = values.weight(head, chosen, j);
            float[] v = values.value(head, j);
            line(label(j) + "%8.4f".formatted(weight) + numbers(e -> weight * v[e], v.length));
        }
        double total = IntStream.range(0, steps.tokens())
                .mapToDouble(j -> values.weight(head, chosen, j))
                .sum();
        double[] sum = values.sum(head, chosen);
        line(cell("o, all %d".formatted(steps.tokens())) + "%8.4f".formatted(total) + numbers(e -> sum[e], sum.length));
    }

    private void heads() {
        heading(7, "Heads side by side, row %d, %s".formatted(chosen, steps.piece(chosen)));
        line("Each head has matrices of its own, and so looks elsewhere. Spread: exp(entropy)");
        line("of its weights, as if so many tokens shared them evenly.");
        line("head  spread  key of most weight        o1      o2      o3      o4     |o|");
        for (int each = 0; each < spec.heads(); each++) {
            int at = each;
            int key = IntStream.range(0, steps.tokens())
                    .boxed()
                    .max(Comparator.comparingDouble(j -> values.weight(at, chosen, j)))
                    .orElseThrow();
            double[] sum = values.sum(each, chosen);
            String most = "%4d%8.1f %4.0f%% %s"
                    .formatted(each + 1, spread(each), 100 * values.weight(each, chosen, key), label(key));
            line(padded(most, 34)
                    + numbers(e -> sum[e], sum.length)
                    + "%8.2f".formatted(norm(e -> sum[e], sum.length)));
        }
        line("One after another they are %d numbers.".formatted(spec.outputRowWidth()));
    }

    private double spread(int each) {
        double entropy = 0;
        for (int j = 0; j < steps.tokens(); j++) {
            double weight = values.weight(each, chosen, j);
            entropy -= weight > 0 ? weight * Math.log(weight) : 0;
        }
        return Math.exp(entropy);
    }

    private void output() {
        heading(8, "W_O");
        line("y = [o of head 1, ..., o of head %d] W_O: what attention adds to x.".formatted(spec.heads()));
        vectors("y", values::output);
    }

    private void vectors(String name, IntFunction<float[]> rows) {
        line(cell("")
                + IntStream.rangeClosed(1, FIRST_NUMBERS)
                        .mapToObj(e -> "%8s".formatted(name + e))
                        .collect(Collectors.joining())
                + "%8s".formatted("|" + name + "|"));
        for (int i = 0; i < steps.tokens(); i++) {
            float[] row = rows.apply(i);
            line(label(i) + numbers(e -> row[e], row.length) + "%8.2f".formatted(norm(e -> row[e], row.length)));
        }
    }

    /** What stands in a cell of queries and keys. */
    private interface Cell {
        String of(int query, int key);
    }

    private void pairs(Cell cells) {
        for (int from = 0; from < steps.tokens(); from += KEYS_ABREAST) {
            int first = from;
            int end = Math.min(steps.tokens(), from + KEYS_ABREAST);
            if (from > 0) {
                line("");
            }
            line(cell("") + columns(first, end, j -> String.valueOf(j)));
            line(cell("") + columns(first, end, j -> cut(steps.piece(j), 5)));
            for (int i = 0; i < steps.tokens(); i++) {
                int query = i;
                line(label(i) + columns(first, end, j -> cells.of(query, j)));
            }
        }
    }

    private static String columns(int first, int end, IntFunction<String> column) {
        return IntStream.range(first, end)
                .mapToObj(j -> " ".repeat(Math.max(0, 6 - width(column.apply(j)))) + column.apply(j))
                .collect(Collectors.joining());
    }

    /** The elements of a vector. */
    private interface Element {
        double of(int element);
    }

    private static String numbers(Element vector, int length) {
        return IntStream.range(0, Math.min(FIRST_NUMBERS, length))
                .mapToObj(e -> "%8.3f".formatted(vector.of(e)))
                .collect(Collectors.joining());
    }

    private static double norm(Element vector, int length) {
        return Math.sqrt(IntStream.range(0, length)
                .mapToDouble(e -> vector.of(e) * vector.of(e))
                .sum());
    }

    private static String pairAndNorm(float[] vector) {
        return "%7.2f%7s%7.2f"
                .formatted(
                        vector[0],
                        vector.length > 1 ? "%.2f".formatted(vector[1]) : "",
                        norm(e -> vector[e], vector.length));
    }

    private String label(int token) {
        return cell("%3d %s".formatted(token, cut(steps.piece(token), 11)));
    }

    private static String cell(String text) {
        return padded(text, 16);
    }

    private static String padded(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - width(text)));
    }

    private static String cut(String text, int most) {
        return width(text) <= most ? text : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "~";
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private void heading(int number, String name) {
        line("");
        line("%d. %s".formatted(number, name));
    }

    private void line(String text) {
        page.append(text.stripTrailing()).append(System.lineSeparator());
    }
}
