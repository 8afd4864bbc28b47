package foco.kernels.text;

import java.util.ArrayList;
import java.util.List;

/** Numbers as Java prints them, and {@code -inf}; and tables of them in a string, {@code '1 2; 3 4'}. */
final class Numbers {

    private Numbers() {}

    static double parse(String text) {
        return isInfinite(text) ? infinity(text) : Double.parseDouble(text);
    }

    static float parseFloat(String text) {
        return isInfinite(text) ? (float) infinity(text) : Float.parseFloat(text);
    }

    private static boolean isInfinite(String text) {
        return text.matches("(?i)[+-]?inf(inity)?");
    }

    private static double infinity(String text) {
        return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    /**
     * The rows of a table.
     *
     * @param string rows parted by semicolons, numbers by spaces or commas
     */
    static float[][] table(Token string, Arguments arguments) {
        List<float[]> rows = new ArrayList<>();
        for (String row : string.text().split(";", -1)) {
            String[] words = row.strip().split("[,\\s]+");
            float[] numbers = new float[words.length];
            for (int i = 0; i < words.length; i++) {
                try {
                    numbers[i] = parseFloat(words[i]);
                } catch (NumberFormatException e) {
                    throw arguments.fault(string.at(), "'%s' is no number".formatted(words[i]));
                }
            }
            rows.add(numbers);
        }
        return rows.toArray(float[][]::new);
    }

    /** Tables of one shape, one after another. */
    static float[] flat(List<float[][]> tables, Arguments arguments, int at) {
        int rows = tables.get(0).length;
        int columns = tables.get(0)[0].length;
        float[] flat = new float[tables.size() * rows * columns];
        int next = 0;
        for (float[][] table : tables) {
            for (float[] row : table) {
                if (table.length != rows || row.length != columns) {
                    throw arguments.fault(at, "tables and rows of unlike lengths");
                }
                System.arraycopy(row, 0, flat, next, columns);
                next += columns;
            }
        }
        return flat;
    }
}
