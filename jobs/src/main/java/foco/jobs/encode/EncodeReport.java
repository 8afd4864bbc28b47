package foco.jobs.encode;

import foco.driver.model.ForwardSummary;
import foco.driver.model.PretrainedModel;
import foco.driver.plan.Counted;
import foco.driver.text.Document;
import foco.driver.text.PositionMode;
import foco.driver.text.TokenSequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What a run through a model did, and which of it the model was never trained on. */
record EncodeReport(
        PretrainedModel model,
        ForwardSummary summary,
        List<Document> documents,
        List<TokenSequence> sequences,
        PositionMode mode,
        String output) {

    String lines() {
        return places() + System.lineSeparator() + work();
    }

    private String work() {
        double all = Math.max(1, summary.attentionOperations() + summary.layerOperations());
        return "%s, %s, %s in %.1f s, %.1f GFLOP/s; attention %.0f%% of the operations and %.0f%% of the time, kernel %s -> %s"
                .formatted(
                        Counted.text(documents.size(), "text"),
                        Counted.text(summary.tokens(), "token"),
                        Counted.text(summary.layers(), "layer"),
                        summary.seconds(),
                        summary.gflops(),
                        100 * summary.attentionOperations() / all,
                        100 * summary.attentionSeconds() / summary.seconds(),
                        summary.kernel(),
                        output);
    }

    /** Which way of places was used, for how many texts. */
    private String places() {
        OptionalInt positions = model.transformer().shape().positions();
        if (positions.isEmpty()) {
            return "places: each token's own; the model has no table of them";
        }
        int limit = positions.getAsInt();
        Map<Integer, Integer> windows = new HashMap<>();
        sequences.forEach(sequence -> windows.merge(sequence.document(), 1, Integer::sum));
        List<TokenSequence> longer = sequences.stream()
                .filter(sequence -> sequence.length() > limit || windows.get(sequence.document()) > 1)
                .toList();
        if (longer.isEmpty()) {
            return "places: every text fits the %,d that the model was trained on".formatted(limit);
        }
        long texts =
                longer.stream().mapToInt(TokenSequence::document).distinct().count();
        int longest = longer.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        String of = "places, in %s longer than the %,d that the model was trained on: "
                .formatted(Counted.text(texts, "text"), limit);
        return of
                + switch (mode) {
                    case PARAGRAPHS ->
                        "they begin again in each of %s, and are all places that it knows; it was never trained on attention over more than %,d tokens, and the longest text has %,d"
                                .formatted(Counted.text(paragraphs(longer), "paragraph"), limit, longest);
                    case STRETCH ->
                        "they are stretched up to %.1f times; it was never trained on places between its own, nor on attention over more than %,d tokens"
                                .formatted((double) longest / limit, limit);
                    case WINDOWS ->
                        "%s attend only to themselves, as it was trained; no token sees its whole text"
                                .formatted(Counted.text(longer.size(), "window"));
                    case REFUSE -> throw new IllegalStateException("a longer text was to be refused");
                };
    }

    private static int paragraphs(List<TokenSequence> all) {
        int count = 0;
        for (TokenSequence sequence : all) {
            for (float place : sequence.places()) {
                count += place == 0 ? 1 : 0;
            }
        }
        return count;
    }
}
