"use strict";
/* What the analysis found worth telling, each a way into the page. */
(() => {
  const MOST = 6;

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
    const findings = (foco.book.facts.analysis.findings ?? []).slice(0, MOST);
    if (findings.length === 0) {
      return null;
    }
    const cards = findings.map((finding) => {
      const next = target(finding);
      const { layer, head } = next;
      const place = layer ? foco.scopeName(layer, head) : "";
      return foco.el(
        "li", {},
        Object.keys(next).length
          ? foco.el("button", { type: "button", class: "finding", onclick: () => foco.choose(next) }, finding.text, place ? foco.el("span", { class: "far" }, `${place} →`) : null)
          : foco.el("p", { class: "finding" }, finding.text),
      );
    });
    return foco.panel("findings", foco.t("findings"), [], foco.el("ul", { class: "findings" }, cards));
  };
})();
