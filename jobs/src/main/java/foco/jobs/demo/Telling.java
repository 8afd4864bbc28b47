package foco.jobs.demo;

import foco.driver.analysis.folder.Finding;
import java.util.ArrayList;
import java.util.List;

/** The findings that tell most to someone who sees the first: of unlike kinds where there are as many. */
final class Telling {
    private static final int COUNT = 3;

    /** As they are told: what a reader of the text can check comes first. */
    private static final List<String> KINDS =
            List.of("words", "kind", "link", "passage", "token", "likeness", "induction");

    private Telling() {}

    /** The first of each kind, then the second of each, until there are three. */
    static List<Finding> of(List<Finding> findings) {
        List<Finding> told = new ArrayList<>();
        for (int turn = 0; told.size() < Math.min(COUNT, findings.size()) && turn < findings.size(); turn++) {
            int skipped = turn;
            KINDS.stream()
                    .flatMap(kind -> findings.stream()
                            .filter(finding -> finding.kind().equals(kind))
                            .skip(skipped)
                            .limit(1))
                    .limit(COUNT - told.size())
                    .forEach(told::add);
        }
        return told;
    }
}
