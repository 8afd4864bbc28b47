package foco.driver.analysis.document;

import foco.driver.analysis.QueryStatistic;
import foco.driver.analysis.Statistic;
import foco.driver.analysis.head.HeadRules;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Outline;
import foco.driver.analysis.text.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The statistics of a layer that a request asks for. */
record LayerStatistics(
        AnalysisRequest request,
        DocumentTokens tokens,
        Outline outline,
        List<Section> paragraphs,
        Sample sample,
        Map<String, List<Occurrence>> words) {

    List<Statistic<?>> all() {
        List<Statistic<?>> all = new ArrayList<>();
        add(all, StatisticName.ENTROPY, Statistic.entropy());
        add(all, StatisticName.DISTANCE, Statistic.distances());
        add(all, StatisticName.NEAR, Statistic.nearness(HeadRules.NEAR));
        add(all, StatisticName.FIRST, Statistic.massOnFirst("first", 1));
        add(all, StatisticName.SEPARATORS, Statistic.massOn("separators", tokens.separators()));
        add(all, StatisticName.PUNCTUATION, Statistic.massOn("punctuation", tokens.punctuation()));
        add(all, StatisticName.KEYS, Statistic.keysForMass(AnalysisRequest.every(tokens.count())));
        add(all, StatisticName.RECEIVED, Statistic.received());
        add(all, StatisticName.DISTANCES, Statistic.distanceHistogram(HeadRules.NEAR));
        add(all, StatisticName.SECTIONS, Statistic.sectionMap(Section.SECTION, Outline.firsts(outline.sections())));
        if (!paragraphs.isEmpty()) {
            add(all, StatisticName.SECTIONS, Statistic.sectionMap(Section.PARAGRAPH, Outline.firsts(paragraphs)));
        }
        add(all, StatisticName.TOP_KEYS, Statistic.topKeys(request.top()));
        add(all, StatisticName.TOP_QUERIES, Statistic.topQueries(request.top()));
        add(all, StatisticName.LINKS, Statistic.links(request.links(), AnalysisRequest.floor(tokens.count())));
        add(all, StatisticName.REPEATS, new RepeatsTable(tokens.earlier()));
        if (request.wantsRows()) {
            all.add(rows());
        }
        return all;
    }

    private void add(List<Statistic<?>> all, StatisticName name, Statistic<?> statistic) {
        if (request.wants(name)) {
            all.add(statistic);
        }
    }

    /** Those of the sample, and those of the chosen words. */
    private QueryStatistic<?> rows() {
        LongStream sampled =
                request.wants(StatisticName.LIKENESS) ? LongStream.of(sample.positions()) : LongStream.empty();
        LongStream chosen = words.values().stream()
                .flatMap(List::stream)
                .flatMapToInt(Occurrence::positions)
                .asLongStream();
        return Statistic.rows(
                LongStream.concat(sampled, chosen).sorted().distinct().toArray());
    }
}
