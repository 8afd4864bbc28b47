package foco.jobs.demo;

import foco.driver.text.TokenizedText;
import foco.jobs.demo.WordAttention.Shares;
import foco.jobs.demo.WordAttention.Target;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the demo prints: where each head of some words looks, two words side by side, and what the heads have in common. */
final class DemoPage {
    private static final int COLUMNS = 2;
    private static final int CELL = 46;
    private static final int WEIGHT = 15;
    private static final int BEFORE = 12;
    private static final String GAP = "  ";
    private static final String MARGIN = " ".repeat(5);

    private final TokenizedText text;
    private final Concordance cells;
    private final int top;
    private final StringBuilder page = new StringBuilder();

    /**
     * @param top how many words to show for each head
     * @param ansi whether to write for a terminal
     */
    DemoPage(TokenizedText text, int top, boolean ansi) {
        this.text = text;
        this.top = top;
        this.cells = new Concordance(text, BEFORE, CELL - WEIGHT, ansi);
    }

    /** A word and its heads, in the heads' order. */
    record SpotHeads(Spot spot, List<WordAttention> heads) {}

    /** Adds the words' heads, two words abreast. */
    void heads(List<SpotHeads> spots) {
        for (int i = 0; i < spots.size(); i += COLUMNS) {
            List<SpotHeads> abreast = spots.subList(i, Math.min(i + COLUMNS, spots.size()));
            line(MARGIN, abreast.stream().map(each -> title(each.spot())).toList());
            line(
                    MARGIN,
                    abreast.stream()
                            .map(each ->
                                    " ".repeat(WEIGHT) + cells.line(each.spot().position()))
                            .toList());
            for (int head = 0; head < abreast.get(0).heads().size(); head++) {
                head(abreast, head);
            }
            page.append('\n');
        }
    }

    private void head(List<SpotHeads> abreast, int head) {
        List<List<Target>> targets = abreast.stream()
                .map(each -> each.heads().get(head).strongest(top))
                .toList();
        int rows = targets.stream().mapToInt(List::size).max().orElse(0);
        for (int row = 0; row < rows; row++) {
            int rank = row;
            line(
                    row == 0 ? "%4d ".formatted(head + 1) : MARGIN,
                    targets.stream()
                            .map(found -> rank < found.size() ? target(found.get(rank)) : " ".repeat(CELL))
                            .toList());
        }
    }

    private String title(Spot spot) {
        String where = "%s, token %d%s"
                .formatted(
                        text.word(spot.position()), spot.position(), spot.note().isEmpty() ? "" : ": " + spot.note());
        return "%-46s".formatted(where.length() > CELL ? where.substring(0, CELL) : where);
    }

    private String target(Target target) {
        // A word of several pieces would get several tokens' share.
        int pieces = text.lastOfWord(target.position()) - target.position() + 1;
        return "%7s %6s %s"
                .formatted(
                        Figures.percent(target.weight()),
                        Figures.times(
                                target.weight(), pieces / (double) text.tokens().size()),
                        cells.line(target.position()));
    }

    /** Adds a table of what each head does, as means over the words. */
    void shares(List<SpotHeads> spots) {
        page.append("""
                Shares of a head's weight, as means over the words above, and how many times as much that is as
                evenly spread weight would give; last, over how many tokens the weight is spread.
                """)
                .append("  head       same word   own paragraph     near place*           marks   spread over\n");
        double[] even = mean(spots.stream()
                .map(each -> WordAttention.even(text, each.spot().position()).shares())
                .toList());
        shares("evenly", even, Optional.empty());
        for (int head = 0; head < spots.get(0).heads().size(); head++) {
            int of = head;
            double[] mean = mean(
                    spots.stream().map(each -> each.heads().get(of).shares()).toList());
            shares("%6d".formatted(head + 1), mean, Optional.of(even));
        }
        page.append("  * at most two places from the word's own, counted in each paragraph from its start\n\n");
    }

    private static double[] mean(List<Shares> shares) {
        double[] mean = new double[Shares.COUNT];
        for (Shares each : shares) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += each.values()[i] / shares.size();
            }
        }
        return mean;
    }

    /** @param even what to compare with, if it is another */
    private void shares(String name, double[] mean, Optional<double[]> even) {
        page.append("%6s".formatted(name));
        for (int i = 0; i < Shares.COUNT - 1; i++) {
            int of = i;
            page.append(" %8s %6s"
                    .formatted(
                            Figures.percent(mean[i]),
                            even.map(all -> Figures.times(mean[of], all[of])).orElse("")));
        }
        page.append(" %,6.0f tokens\n".formatted(mean[Shares.COUNT - 1]));
    }

    /**
     * Two occurrences of a word compared, by the cosine of the angle between their vectors.
     *
     * @param in between their embeddings
     * @param out between what attention gives for them
     */
    record Likeness(Spot first, Spot second, double in, double out) {}

    /** Adds how alike occurrences of one word are before and after. */
    void likenesses(List<Likeness> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        page.append(
                "How alike the vectors of two occurrences are (cosine), as they enter attention and as they leave it.\n");
        for (Likeness pair : pairs) {
            page.append(String.format(
                    Locale.ROOT,
                    "  %.3f -> %.3f  %s, tokens %d and %d\n",
                    pair.in(),
                    pair.out(),
                    text.word(pair.first().position()),
                    pair.first().position(),
                    pair.second().position()));
        }
        page.append('\n');
    }

    /** Adds lines of prose. */
    void say(String lines) {
        page.append(lines).append('\n');
    }

    private void line(String margin, List<String> columns) {
        page.append((margin + String.join(GAP, columns)).stripTrailing()).append('\n');
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
