package foco.jobs.analyze;

import foco.driver.analysis.document.DocumentAnalysis;
import foco.driver.analysis.folder.Finding;
import foco.driver.plan.Bytes;
import foco.driver.plan.Counted;
import foco.jobs.terminal.WrappedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands out, for people: findings by what they are about, each cut to a terminal's width. */
record AnalyzeReport(DocumentAnalysis.Report report, String output) {

    private static final Map<String, String> HEADINGS = headings();

    private static Map<String, String> headings() {
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("kind", "Kinds of heads");
        headings.put("induction", "Induction");
        headings.put("link", "Strongest links across the text");
        headings.put("passage", "Passages most looked at");
        headings.put("token", "Words most looked at");
        headings.put("likeness", "Likeness of heads");
        headings.put("words", "Chosen words");
        headings.put("rollout", "Through all layers");
        return headings;
    }

    String lines() {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, String> heading : HEADINGS.entrySet()) {
            List<Finding> of = report.findings().stream()
                    .filter(finding -> finding.kind().equals(heading.getKey()))
                    .toList();
            if (!of.isEmpty()) {
                lines.add(heading.getValue());
                of.forEach(finding -> lines.addAll(WrappedText.item(finding.text())));
                lines.add("");
            }
        }
        lines.add("%s, %s of %s: %s of tables in %.1f s -> %s"
                .formatted(
                        Counted.text(report.tokens(), "token"),
                        Counted.text(report.layers(), "layer"),
                        Counted.text(report.heads(), "head"),
                        Bytes.text(report.bytes()),
                        report.seconds(),
                        output));
        return String.join(System.lineSeparator(), lines);
    }
}
