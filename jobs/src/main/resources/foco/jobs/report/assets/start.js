"use strict";
/* Opens the document and builds the page. */
(async () => {
  const app = document.getElementById("app");
  foco.firstSettings();
  foco.fill(app, foco.el("p", { class: "opening", role: "status" }, foco.t("loading")));
  try {
    const book = await foco.openBook();
    const word = book.facts.analysis.chosen_words?.[0]?.word;
    const inHeads = (book.facts.analysis.findings ?? []).filter((finding) => finding.layer > 0 && finding.head > 0);
    const told = inHeads.find((finding) => word && finding.word === word) ?? inHeads[0];
    foco.begin({
      ...(word ? { panel: "search", word, token: told?.token ?? -1 } : {}),
      layer: told?.layer ?? book.facts.layers[0],
      head: told?.head ?? book.facts.heads[0],
      from: 0,
      to: book.n,
    });
    foco.build();
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("foco-first-picture")));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => foco.build());
  } catch (failure) {
    foco.fill(app, foco.el("p", { class: "opening failed", role: "alert" }, foco.t("failed", { what: failure.message })));
  }
})();
