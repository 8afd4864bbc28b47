"use strict";
/* What the analysis found worth telling, each a way into the page. */
(() => {
  const FIRST = 3;

  /** What a finding says to show. */
  function target(finding) {
    const layer = finding.layer ?? 0;
    const next = layer > 0 ? { layer, head: finding.head ?? 0 } : {};
    const token = finding.token ?? finding.query ?? finding.position;
    if (Number.isInteger(token)) {
      next.token = token;
    }
    if (finding.word) {
      next.word = finding.word;
      next.panel = "search";
      next.tab = "middle";
    }
    return next;
  }

  foco.views.findings = () => {
    const findings = varied(foco.book.facts.analysis.findings ?? []);
    if (findings.length === 0) {
      return null;
    }
    const rest = findings.slice(FIRST);
    return foco.panel(
      "findings", foco.t("findings"), [],
      foco.el("ul", { class: "findings" }, findings.slice(0, FIRST).map(card)),
      rest.length
        ? foco.el("details", {}, foco.el("summary", {}, foco.t("findingsMore", { n: foco.whole(rest.length) })), foco.el("ul", { class: "findings" }, rest.map(card)))
        : null,
    );
  };

  /** One of each kind first, those about words before all. */
  function varied(findings) {
    const order = ["words", "link", "passage", "token"];
    const rank = (kind) => (order.includes(kind) ? order.indexOf(kind) : order.length);
    const turns = new Map();
    const turn = findings.map((finding) => {
      turns.set(finding.kind, (turns.get(finding.kind) ?? -1) + 1);
      return turns.get(finding.kind);
    });
    return findings
      .map((finding, i) => ({ finding, at: [turn[i], rank(finding.kind), i] }))
      .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1] || a.at[2] - b.at[2])
      .map((each) => each.finding);
  }

  function card(finding) {
    const next = target(finding);
    const place = next.layer ? foco.scopeName(next.layer, next.head) : "";
    return foco.el(
      "li", {},
      Object.keys(next).length
        ? foco.el("button", { type: "button", class: "finding", onclick: () => foco.choose(next) }, foco.el("bdi", ...foco.said(finding.text)), place ? foco.el("span", { class: "far" }, `${place} →`) : null)
        : foco.el("p", { class: "finding" }, foco.el("bdi", ...foco.said(finding.text))),
    );
  }
})();
