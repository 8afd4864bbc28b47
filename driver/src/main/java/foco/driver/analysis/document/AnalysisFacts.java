package foco.driver.analysis.document;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What is known of an analysis beside its tables, for {@code analysis.json}.
 *
 * @param title of the text, or what stands for it
 * @param document the name of the file or table
 * @param textHash SHA-256 of the text in UTF-8; empty without a text
 * @param model its name, or empty
 * @param weightsHash SHA-256 of the model's tensors; empty without a model
 * @param layers of the model; 1 without one
 * @param heads of each layer
 * @param trainedLength how many tokens the model was trained on at most, where that is known
 * @param positions how places were given to tokens beyond that
 * @param spec what attention sees, in words
 * @param version of Foco
 * @param options as they were given, for people
 */
public record AnalysisFacts(
        String title,
        String document,
        String textHash,
        String model,
        String weightsHash,
        int layers,
        int heads,
        OptionalInt trainedLength,
        String positions,
        String spec,
        String version,
        Map<String, String> options) {

    /** What two runs have in common that may go on from each other. */
    Map<String, String> identity(String sections, AnalysisRequest request) {
        Map<String, String> lines = new java.util.LinkedHashMap<>();
        lines.put("form", String.valueOf(AnalysisDocument.FORMAT));
        lines.put(textHash.isEmpty() ? "input" : "text", textHash.isEmpty() ? document : textHash);
        lines.put("model", model.isEmpty() ? "none" : model);
        lines.put("weights", weightsHash);
        lines.put("attention", spec);
        lines.put("positions", positions);
        lines.put("sections", sections);
        lines.put("request", request.text());
        return lines;
    }
}
