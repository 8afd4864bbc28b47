package foco.jobs.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.model.AttentionSteps;
import foco.driver.text.Token;
import foco.kernels.AttentionSpec;
import java.util.List;
import java.util.function.IntFunction;

/** All numbers as one JSON object; -infinity, a score that is masked, is null. */
final class StepsJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StepsJson() {}

    static String of(Steps steps) {
        AttentionSteps values = steps.values();
        AttentionSpec spec = values.spec();
        int head = steps.headIndex();
        ObjectNode page = JSON.createObjectNode();
        page.put("model", steps.model().name())
                .put("layer", steps.layer())
                .put("head", steps.head())
                .put("scale", spec.scale())
                .put("mask", spec.mask().toString())
                .put("text", values.text().text());
        ArrayNode tokens = page.putArray("tokens");
        List<Token> all = values.text().tokens();
        for (int i = 0; i < all.size(); i++) {
            tokens.addObject()
                    .put("position", i)
                    .put("token", all.get(i).piece())
                    .put("id", all.get(i).id())
                    .put("start", all.get(i).start())
                    .put("end", all.get(i).end());
        }
        rows(page, "hidden", steps, values::hidden);
        rows(page, "query", steps, i -> values.query(head, i));
        rows(page, "key", steps, i -> values.key(head, i));
        rows(page, "value", steps, i -> values.value(head, i));
        pairs(page, "score", steps, values::score);
        pairs(page, "weight", steps, values::weight);
        doubles(page, "sum", steps, i -> values.sum(head, i));
        doubles(page, "heads", steps, steps::sideBySide);
        rows(page, "output", steps, values::output);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(page) + System.lineSeparator();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and strings is always written", e);
        }
    }

    private static void rows(ObjectNode page, String name, Steps steps, IntFunction<float[]> row) {
        ArrayNode rows = page.putArray(name);
        for (int i = 0; i < steps.tokens(); i++) {
            ArrayNode into = rows.addArray();
            for (float each : row.apply(i)) {
                into.add(each);
            }
        }
    }

    private static void doubles(ObjectNode page, String name, Steps steps, IntFunction<double[]> row) {
        ArrayNode rows = page.putArray(name);
        for (int i = 0; i < steps.tokens(); i++) {
            ArrayNode into = rows.addArray();
            for (double each : row.apply(i)) {
                into.add(each);
            }
        }
    }

    /** Of a query and a key. */
    private interface Pair {
        double of(int head, int query, int key);
    }

    private static void pairs(ObjectNode page, String name, Steps steps, Pair pair) {
        ArrayNode rows = page.putArray(name);
        for (int i = 0; i < steps.tokens(); i++) {
            ArrayNode into = rows.addArray();
            for (int j = 0; j < steps.tokens(); j++) {
                double value = pair.of(steps.headIndex(), i, j);
                if (Double.isFinite(value)) {
                    into.add(value);
                } else {
                    into.addNull();
                }
            }
        }
    }
}
