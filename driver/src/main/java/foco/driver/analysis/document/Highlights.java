package foco.driver.analysis.document;

import foco.driver.analysis.layer.LayerFigures;
import foco.driver.analysis.layer.Link;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Section;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** The strongest links, the passages and the tokens that are looked at most, from the figures of all layers. */
record Highlights(List<LayerFigures> layers, DocumentTokens tokens, List<Section> sections) {

    private static final int COUNT = 5;

    void addTo(Findings findings) {
        links().forEach(findings::addLink);
        passages().forEach(findings::addPassage);
        addTokens(findings);
    }

    /** The strongest between words of the text, no two to the same word. */
    private List<Link> links() {
        Set<String> said = new HashSet<>();
        return layers.stream()
                .flatMap(layer -> layer.links().stream())
                .sorted(Link.ORDER)
                .filter(link -> isWord(link.query()) && isWord(link.key()) && said.add(word(link.key())))
                .limit(COUNT)
                .toList();
    }

    private String word(int position) {
        return tokens.word(position).toLowerCase(Locale.ROOT);
    }

    private boolean isWord(int position) {
        return !tokens.isSeparator(position) && !tokens.isPunctuation(position);
    }

    /** What the queries of other sections give to each, against what even weights would: where it is more. */
    private List<Findings.Passage> passages() {
        int n = tokens.count();
        double[] total = new double[sections.size()];
        double[] most = new double[sections.size()];
        int[][] where = new int[sections.size()][2];
        int heads = 0;
        for (LayerFigures layer : layers) {
            for (LayerFigures.Passages head : layer.passages()) {
                heads++;
                for (int section = 0; section < sections.size(); section++) {
                    double length = sections.get(section).tokens();
                    double times = head.masses()[section] / ((n - length) * length / n);
                    total[section] += times;
                    if (times > most[section]) {
                        most[section] = times;
                        where[section] = new int[] {head.layer(), head.head()};
                    }
                }
            }
        }
        int all = Math.max(1, heads);
        return sections.stream()
                .map(section -> new Findings.Passage(
                        section.title(),
                        total[section.number()] / all,
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
        double[] received = new double[tokens.count()];
        int heads = 0;
        for (LayerFigures layer : layers) {
            for (int position = 0; position < layer.received().length; position++) {
                received[position] += layer.received()[position];
            }
            heads += layer.received().length == 0 ? 0 : layer.heads().size();
        }
        if (heads == 0) {
            return;
        }
        double all = heads;
        Set<String> said = new HashSet<>();
        IntStream.range(0, received.length)
                .filter(this::isWord)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer position) -> -received[position]))
                .filter(position -> said.add(word(position)))
                .limit(COUNT)
                .forEach(position -> findings.addToken(position, received[position] / all));
    }
}
