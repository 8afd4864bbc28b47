package foco.driver.analysis.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.analysis.SumRule;
import foco.driver.analysis.folder.Finding;
import foco.driver.analysis.head.Clusters;
import foco.driver.analysis.head.HeadRules;
import foco.driver.analysis.text.Outline;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The content of {@code analysis.json}. */
final class AnalysisDocument {

    /** Grows when what tables hold changes. */
    static final int FORMAT = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode root = JSON.createObjectNode();

    AnalysisDocument(AnalysisFacts facts) {
        root.put("format", FORMAT);
        root.put("foco", facts.version());
        root.put("title", facts.title());
        root.put("document", facts.document());
        root.put("text_sha256", facts.textHash());
        ObjectNode model = root.putObject("model");
        model.put("name", facts.model());
        model.put("weights_sha256", facts.weightsHash());
        model.put("layers", facts.layers());
        model.put("heads", facts.heads());
        facts.trainedLength()
                .ifPresentOrElse(length -> model.put("trained_length", length), () -> model.putNull("trained_length"));
        root.put("positions", facts.positions());
        root.put("attention", facts.spec());
        facts.options().forEach(root.putObject("options")::put);
    }

    void tokens(int tokens, Outline outline, int paragraphs) {
        root.put("tokens", tokens);
        ObjectNode sections = root.putObject("sections");
        sections.put("kind", outline.sectioning().toString());
        sections.put("count", outline.sections().size());
        sections.put("paragraphs", outline.paragraphs().size());
        sections.put("paragraph_rows", paragraphs);
    }

    void request(AnalysisRequest request, List<Integer> layers, List<Integer> heads, int tokens) {
        layers.forEach(root.putArray("layers")::add);
        heads.forEach(root.putArray("heads")::add);
        ArrayNode statistics = root.putArray("statistics");
        request.statistics().forEach(statistic -> statistics.add(statistic.toString()));
        root.put("top", request.top());
        root.put("links", request.links());
        root.put("link_floor", AnalysisRequest.floor(tokens));
        root.put("near", HeadRules.NEAR);
        root.put("keys_stride", AnalysisRequest.every(tokens));
        request.words().forEach(root.putArray("words")::add);
    }

    void sample(Sample sample) {
        ObjectNode node = root.putObject("sample");
        node.put("stride", sample.stride());
        node.put("first", sample.first());
        node.put("count", sample.count());
        node.put("cluster_bits", Clusters.MOST);
    }

    /** A note on what was left out. */
    void note(String text) {
        root.withArray("/notes").add(text);
    }

    void kinds() {
        ArrayNode kinds = root.putArray("kinds");
        HeadRules.written().forEach(rule -> kinds.addObject()
                .put("kind", rule.kind())
                .put("rule", rule.rule())
                .put("threshold", rule.threshold()));
    }

    /** @param layers the rules that were checked in each, heads counted from 0 */
    void sumRules(Map<Integer, List<SumRule>> layers) {
        ArrayNode rules = root.putArray("sum_rules");
        new TreeMap<>(layers)
                .forEach((layer, checked) -> checked.forEach(rule -> rules.addObject()
                        .put("rule", rule.rule())
                        .put("layer", layer)
                        .put("head", rule.head() + 1)
                        .put("worst", rule.worst())
                        .put("limit", rule.limit())));
    }

    /** @param from the lowest layer of the means */
    void words(List<WordTables.Answer> answers, int from) {
        ArrayNode words = root.putArray("chosen_words");
        for (WordTables.Answer answer : answers) {
            ObjectNode word = words.addObject().put("word", answer.word()).put("mean_from_layer", from);
            WordInHead farthest = answer.farthest();
            word.put("layer", farthest.layer()).put("head", farthest.head()).put("bits", farthest.meanApart());
            ArrayNode places = word.putArray("occurrences");
            for (int o = 0; o < answer.occurrences().size(); o++) {
                Occurrence of = answer.occurrences().get(o);
                ObjectNode place = places.addObject()
                        .put("occurrence", of.number())
                        .put("first", of.first())
                        .put("last", of.last());
                ArrayNode tells = place.putArray("tells");
                answer.mean().telling().get(o).forEach(key -> tells.addObject()
                        .put("token", key.position())
                        .put("weight", key.weight()));
            }
        }
    }

    void findings(List<Finding> findings) {
        ArrayNode all = root.putArray("findings");
        for (Finding finding : findings) {
            ObjectNode node = all.addObject().put("kind", finding.kind()).put("text", finding.text());
            if (finding.layer() > 0) {
                node.put("layer", finding.layer()).put("head", finding.head());
            }
            if (finding.token() >= 0) {
                node.put("token", finding.token());
            }
            if (!finding.word().isEmpty()) {
                node.put("word", finding.word());
            }
        }
    }

    /** @param bytes of each table */
    void tables(Map<String, Long> bytes) {
        ObjectNode tables = root.putObject("tables");
        bytes.forEach(tables::put);
        root.put("bytes", bytes.values().stream().mapToLong(Long::longValue).sum());
    }

    void seconds(double seconds) {
        root.put("seconds", seconds);
    }

    @Override
    public String toString() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // of numbers and texts
        }
    }
}
