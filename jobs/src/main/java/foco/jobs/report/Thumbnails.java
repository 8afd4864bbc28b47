package foco.jobs.report;

/** A map as a small picture, with the document's tokens along both sides in equal steps. */
final class Thumbnails {
    /** Cells along a side. */
    static final int SIDE = 24;

    /** Of an even share, what is drawn darkest and brightest; beyond these nothing more is told apart. */
    static final double LEAST = 1.0 / SIDE;

    static final double MOST = SIDE;

    private Thumbnails() {}

    /**
     * Levels from 0 to 255, row by row, of the logarithm of how many times an even share the keys of a cell get.
     *
     * @param mass of each pair of sections, summed over the queries
     * @param ends where sections begin, and where the last ends
     */
    static byte[] of(double[][] mass, int... ends) {
        double[][] parts = parts(ends);
        double[][] rows = new double[SIDE][mass.length];
        for (int a = 0; a < SIDE; a++) {
            for (int q = 0; q < mass.length; q++) {
                if (parts[a][q] > 0) {
                    for (int k = 0; k < mass.length; k++) {
                        rows[a][k] += parts[a][q] * mass[q][k];
                    }
                }
            }
        }
        byte[] levels = new byte[SIDE * SIDE];
        double scale = 255 / Math.log(MOST / LEAST);
        for (int a = 0; a < SIDE; a++) {
            double[] cells = new double[SIDE];
            double total = 0;
            for (int b = 0; b < SIDE; b++) {
                for (int k = 0; k < mass.length; k++) {
                    cells[b] += parts[b][k] * rows[a][k];
                }
                total += cells[b];
            }
            for (int b = 0; b < SIDE; b++) {
                double times = total > 0 ? cells[b] / total * SIDE : 0;
                double level = Math.log(Math.max(times, LEAST) / LEAST) * scale;
                levels[a * SIDE + b] = (byte) Math.round(Math.max(0, Math.min(255, level)));
            }
        }
        return levels;
    }

    /** Which part of each section lies in each cell. */
    private static double[][] parts(int... ends) {
        int sections = ends.length - 1;
        double first = ends[0];
        double step = (ends[sections] - first) / SIDE;
        double[][] parts = new double[SIDE][sections];
        for (int cell = 0; cell < SIDE; cell++) {
            double from = first + cell * step;
            for (int s = 0; s < sections; s++) {
                double overlap = Math.min(from + step, ends[s + 1]) - Math.max(from, ends[s]);
                int length = ends[s + 1] - ends[s];
                parts[cell][s] = overlap > 0 && length > 0 ? overlap / length : 0;
            }
        }
        return parts;
    }
}
