package foco.driver.analysis.document;

import foco.driver.analysis.folder.Finding;
import foco.driver.analysis.head.HeadFigures;
import foco.driver.analysis.head.HeadKind;
import foco.driver.analysis.head.HeadRules;
import foco.driver.analysis.layer.Link;
import foco.driver.analysis.text.DocumentTokens;
import foco.driver.analysis.text.Percent;
import foco.driver.analysis.text.Section;
import foco.driver.plan.Counted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What stands out, in sentences that a reader of the text can follow. */
final class Findings {

    private static final int WORDS = 3;
    private static final int CONTEXT = 30;

    private final DocumentTokens tokens;
    private final List<Finding> all = new ArrayList<>();

    Findings(DocumentTokens tokens) {
        this.tokens = tokens;
    }

    List<Finding> all() {
        return List.copyOf(all);
    }

    void add(Finding finding) {
        all.add(finding);
    }

    /** Which kinds of heads there are; of each kind the one that is most so. */
    void addKinds(List<HeadFigures> heads) {
        for (HeadKind kind : HeadKind.values()) {
            List<HeadFigures> such =
                    heads.stream().filter(head -> HeadRules.kind(head) == kind).toList();
            if (!such.isEmpty()) {
                all.add(kind(kind, such, heads.size()));
            }
        }
    }

    private static Finding kind(HeadKind kind, List<HeadFigures> such, int of) {
        String count = "%d of %s".formatted(such.size(), Counted.text(of, "head"));
        Comparator<HeadFigures> byScore = Comparator.comparingDouble(HeadRules::score);
        HeadFigures most = kind == HeadKind.NARROW
                ? such.stream().min(byScore).orElseThrow()
                : such.stream().max(byScore).orElseThrow();
        double score = HeadRules.score(most);
        String where = place(most.layer(), most.head());
        String text =
                switch (kind) {
                    case MIXED -> "%s %s mostly at no one thing.".formatted(count, such.size() == 1 ? "looks" : "look");
                    case NARROW ->
                        "%s %s narrow: weight spread over about as much as %.1f tokens in %s."
                                .formatted(count, such.size() == 1 ? "is" : "are", score, where);
                    case BROAD ->
                        "%s %s broad: weight spread as over %s of the tokens seen in %s."
                                .formatted(count, such.size() == 1 ? "is" : "are", Percent.of(score), where);
                    case INDUCTION ->
                        "%s %s mostly on %s: %s of the weight in %s, where even weights would give %s."
                                .formatted(
                                        count,
                                        such.size() == 1 ? "is" : "are",
                                        kind.target(),
                                        Percent.of(score),
                                        where,
                                        Percent.of(most.inductionChance()));
                    default ->
                        "%s %s mostly on %s: %s of the weight in %s."
                                .formatted(
                                        count,
                                        such.size() == 1 ? "is" : "are",
                                        kind.target(),
                                        Percent.of(score),
                                        where);
                };
        Finding finding = Finding.of("kind", text);
        return kind == HeadKind.MIXED ? finding : finding.in(most.layer(), most.head());
    }

    /** That no head looks up what followed, where tokens do come again. */
    void addInduction(List<HeadFigures> heads) {
        heads.stream()
                .filter(head -> !Double.isNaN(head.induction()))
                .max(Comparator.comparingDouble(HeadFigures::induction))
                .filter(most -> heads.stream().noneMatch(head -> HeadRules.kind(head) == HeadKind.INDUCTION))
                .ifPresent(most -> all.add(Finding.of(
                                "induction",
                                "No head looks up what followed an earlier like token: the most is %s of the weight, in %s (even weights: %s)."
                                        .formatted(
                                                Percent.of(most.induction()),
                                                place(most.layer(), most.head()),
                                                Percent.of(most.inductionChance())))
                        .in(most.layer(), most.head())));
    }

    void addLink(Link link) {
        int distance = link.key() - link.query();
        all.add(Finding.of(
                        "link",
                        "%s gives %s of its weight to %s, %s %s, in %s."
                                .formatted(
                                        quoted(link.query()),
                                        Percent.of(link.weight()),
                                        quoted(link.key()),
                                        Counted.text(Math.abs(distance), "token"),
                                        distance < 0 ? "before" : "after",
                                        place(link.layer(), link.head())))
                .in(link.layer(), link.head())
                .at(link.query()));
    }

    /** A passage, and how many times an even share the rest of the text gives it. */
    record Passage(String title, double times, int layer, int head, double timesThere) {}

    void addPassage(Passage passage) {
        all.add(Finding.of(
                        "passage",
                        "\u201c%s\u201d receives %.1f times an even share from the rest of the text, and %.1f times in %s."
                                .formatted(
                                        passage.title(),
                                        passage.times(),
                                        passage.timesThere(),
                                        place(passage.layer(), passage.head())))
                .in(passage.layer(), passage.head()));
    }

    /** @param received what it receives in a head, in the mean over all heads, in queries */
    void addToken(int position, double received) {
        all.add(Finding.of(
                        "token",
                        "%s receives as much as %.1f queries give, in the mean of all heads."
                                .formatted(quoted(position), received))
                .at(position));
    }

    /** The groups of heads that are alike, and the two that are most so. */
    void addLikeness(List<LikenessTable.Pair> pairs) {
        long groups = LikenessTable.groups(pairs);
        String alike = groups == 0 ? "No heads are alike" : "Alike heads make " + Counted.text(groups, "group");
        pairs.stream()
                .min(Comparator.comparingDouble(LikenessTable.Pair::divergence))
                .ifPresent(least -> all.add(Finding.of(
                                "likeness",
                                "%s; the most alike are %s and %s (%.3f bits apart)."
                                        .formatted(
                                                alike,
                                                place(
                                                        least.a().layer(),
                                                        least.a().head()),
                                                place(
                                                        least.b().layer(),
                                                        least.b().head()),
                                                least.divergence()))
                        .in(least.a().layer(), least.a().head())));
    }

    /**
     * What the two occurrences of a word that are farthest apart give more to than the others do, and which head tells all apart
     * most.
     *
     * @param from the lowest layer of the mean
     */
    void addWord(WordTables.Answer answer, int from) {
        String word = "\u201c%s\u201d".formatted(answer.word());
        int n = answer.occurrences().size();
        if (n == 1) {
            int at = answer.occurrences().get(0).first();
            all.add(Finding.of("words", "%s occurs once, at token %,d.".formatted(word, at))
                    .at(at)
                    .about(answer.word()));
            return;
        }
        WordInHead most = answer.farthest();
        int[] pair = farthest(answer.mean().apart(), n);
        all.add(Finding.of(
                        "words",
                        "%s gives more than the others to %s; %s to %s, in the mean of all heads%s. %s of %s are told apart most by %s, %.2f bits."
                                .formatted(
                                        quoted(answer.occurrences().get(pair[0]).first()),
                                        telling(answer, pair[0]),
                                        quoted(answer.occurrences().get(pair[1]).first()),
                                        telling(answer, pair[1]),
                                        from > 1 ? " above layer " + (from - 1) : "",
                                        Counted.text(n, "occurrence"),
                                        word,
                                        place(most.layer(), most.head()),
                                        most.meanApart()))
                .in(most.layer(), most.head())
                .at(answer.occurrences().get(pair[0]).first())
                .about(answer.word()));
    }

    private static int[] farthest(double[] apart, int occurrences) {
        int[] best = {0, 1};
        double most = -1;
        int at = 0;
        for (int a = 0; a < occurrences; a++) {
            for (int b = a + 1; b < occurrences; b++) {
                if (apart[at] > most) {
                    most = apart[at];
                    best = new int[] {a, b};
                }
                at++;
            }
        }
        return best;
    }

    private String telling(WordTables.Answer answer, int occurrence) {
        String keys = answer.mean().telling().get(occurrence).stream()
                .limit(WORDS)
                .map(key -> "\u201c%s\u201d %s".formatted(tokens.word(key.position()), Percent.of(key.weight())))
                .collect(Collectors.joining(", "));
        return keys.isEmpty() ? "nothing" : keys;
    }

    /** On which words a token rests below the first layer. */
    void addRollout(List<Integer> from, List<float[]> shares) {
        for (int c = 0; c < from.size(); c++) {
            int position = from.get(c);
            all.add(Finding.of(
                            "rollout",
                            "%s rests %s on itself, and most on %s, through all layers."
                                    .formatted(
                                            quoted(position),
                                            Percent.of(shares.get(c)[position]),
                                            heaviest(shares.get(c), position, position + 1)))
                    .at(position));
        }
    }

    /** Which words elsewhere rest most on a passage. */
    void addInfluence(List<Section> passages, List<float[]> shares) {
        for (int c = 0; c < passages.size(); c++) {
            Section passage = passages.get(c);
            all.add(Finding.of(
                    "rollout",
                    "On \u201c%s\u201d rest most, outside of it and through all layers: %s."
                            .formatted(passage.title(), heaviest(shares.get(c), passage.first(), passage.end()))));
        }
    }

    /** Words with the largest shares outside of a run of tokens. */
    private String heaviest(float[] shares, int first, int end) {
        return IntStream.range(0, shares.length)
                .filter(i -> (i < first || i >= end) && !tokens.isSeparator(i) && !tokens.isPunctuation(i))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -shares[i]))
                .limit(WORDS)
                .map(i -> "\u201c%s\u201d (token %,d) %s".formatted(tokens.word(i), i, Percent.of(shares[i])))
                .collect(Collectors.joining(", "));
    }

    private String quoted(int position) {
        return tokens.isText()
                ? "\u201c%s\u201d (token %,d)".formatted(tokens.around(position, CONTEXT), position)
                : "token %,d".formatted(position);
    }

    static String place(int layer, int head) {
        return "layer %d, head %d".formatted(layer, head);
    }
}
