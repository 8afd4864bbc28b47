package foco.report;

import java.util.List;
import java.util.Random;

/** All weights of one made-up head in float64, of a kind that heads of real models have. */
final class DenseHead {

    static final List<String> KINDS = List.of(
            "mixed", "previous", "section", "separator", "narrow", "broad", "next", "induction", "first", "self");

    final String kind;
    final double[][] weights;

    DenseHead(BookTokens book, int layer, int head, long seed) {
        kind = KINDS.get((layer * 5 + head) % KINDS.size());
        int n = book.count();
        int width = 8;
        Random random = new Random(seed * 1000 + layer * 100L + head);
        double[][] words = new double[n][];
        for (int i = 0; i < n; i++) {
            Random word = new Random(book.pieces.get(i).token().hashCode() * 31L + head);
            words[i] = word.doubles(width, -1, 1).toArray();
        }
        double heat = 0.6 + random.nextDouble();
        weights = new double[n][n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                double score = structure(book, i, j);
                for (int c = 0; c < width; c++) {
                    score += heat * words[i][c] * words[j][c];
                }
                weights[i][j] = Math.exp(score);
                sum += weights[i][j];
            }
            for (int j = 0; j < n; j++) {
                weights[i][j] /= sum;
            }
        }
    }

    private double structure(BookTokens book, int i, int j) {
        BookTokens.Piece query = book.pieces.get(i);
        BookTokens.Piece key = book.pieces.get(j);
        return switch (kind) {
            case "previous" -> j == i - 1 ? 8 : -0.02 * Math.abs(i - j);
            case "next" -> j == i + 1 ? 8 : -0.02 * Math.abs(i - j);
            case "self" -> i == j ? 9 : 0;
            case "first" -> j == 0 ? 10 : 0;
            case "section" -> query.section() == key.section() ? 4 : 0;
            case "separator" -> key.special() ? 6 : 0;
            case "induction" ->
                j > 0 && i != j - 1 && book.pieces.get(j - 1).token().equals(query.token()) ? 8 : 0;
            case "narrow" -> query.token().equals(key.token()) ? 6 : -0.005 * Math.abs(i - j);
            case "broad" -> 0;
            default -> query.paragraph() == key.paragraph() ? 2.5 : 0;
        };
    }

    double entropy(int i) {
        double entropy = 0;
        for (double w : weights[i]) {
            entropy -= w > 0 ? w * Math.log(w) : 0;
        }
        return entropy;
    }

    double received(int j) {
        double sum = 0;
        for (double[] row : weights) {
            sum += row[j];
        }
        return sum;
    }

    double distance(int i, boolean absolute) {
        double sum = 0;
        for (int j = 0; j < weights.length; j++) {
            sum += weights[i][j] * (absolute ? Math.abs(j - i) : j - i);
        }
        return sum;
    }
}
