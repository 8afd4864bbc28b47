"use strict";
/* The page of facts: what was computed and how, the rules of kinds, the checks, and what the numbers do not mean. */
(() => {
  const SOURCES = [
    "Sarthak Jain, Byron C. Wallace: Attention is not Explanation. NAACL 2019. arXiv:1902.10186",
    "Sarah Wiegreffe, Yuval Pinter: Attention is not not Explanation. EMNLP 2019. arXiv:1908.04626",
    "Samira Abnar, Willem Zuidema: Quantifying Attention Flow in Transformers (rollout). ACL 2020. arXiv:2005.00928",
  ];
  /** Shown elsewhere on the page. */
  const APART = new Set(["findings", "kinds", "sum_rules", "layers", "rollout", "chosen_words"]);

  function scalar(value) {
    if (typeof value === "number") {
      return Number.isInteger(value) ? foco.whole(value) : foco.two(value);
    }
    return String(value);
  }

  const factName = (name) => foco.strings[foco.language()].factName[name] ?? name.replaceAll("_", " ");

  /** Names and values, nested ones with their path. */
  function lines(json, path = "") {
    return Object.entries(json).flatMap(([name, value]) => {
      const whole = path ? `${path} · ${factName(name)}` : factName(name);
      if (!path && APART.has(name)) {
        return [];
      }
      if (Array.isArray(value)) {
        return value.every((each) => typeof each !== "object") ? [[whole, value.map(scalar).join(", ")]] : value.flatMap((each, i) => (typeof each === "object" ? lines(each, `${whole} ${i + 1}`) : [[`${whole} ${i + 1}`, scalar(each)]]));
      }
      return value !== null && typeof value === "object" ? lines(value, whole) : [[whole, value === null ? "–" : scalar(value)]];
    });
  }

  function table(columns, rows) {
    return foco.el(
      "div", { class: "scroll", tabindex: "0", role: "region", "aria-label": columns.join(", ") },
      foco.el("table", {},
        foco.el("thead", {}, foco.el("tr", {}, columns.map((name) => foco.el("th", { scope: "col" }, name)))),
        foco.el("tbody", {}, rows.map((row) => foco.el("tr", {}, row.map((cell, i) => (i === 0 ? foco.el("th", { scope: "row" }, cell) : foco.el("td", {}, cell))))))),
    );
  }

  function rules() {
    const told = foco.book.facts.analysis.kinds ?? [];
    return told.map((rule) => [
      `${foco.kindSign(rule.kind)} ${foco.kindName(rule.kind)}`,
      rule.rule ? foco.el("span", ...foco.said(rule.rule)) : foco.t(`kindText.${rule.kind}`),
      rule.threshold === undefined || rule.threshold === null ? "–" : scalar(rule.threshold),
    ]);
  }

  foco.views.facts = () => {
    const { analysis, runs } = foco.book.facts;
    const sums = analysis.sum_rules ?? [];
    const worst = [...d3.group(sums, (rule) => rule.rule).values()].map((all) => ({
      ...d3.greatest(all, (rule) => rule.worst / (rule.limit || 1)), count: all.length,
    }));
    const place = (rule) => (rule.layer ? foco.scopeName(rule.layer, rule.head ?? 0) : "–");
    const part = (title, ...children) => foco.el("section", { class: "panel fact" }, foco.el("h2", {}, title), ...children);
    const texts = (name, values) => foco.t(name).map((text) => foco.el("p", {}, Object.entries(values ?? {}).reduce((all, [key, value]) => all.replace(`{${key}}`, value), text)));
    return foco.el(
      "div", { class: "facts" },
      part(foco.t("factsMeaning"), texts("factsMeaningText"), foco.el("h3", {}, foco.t("factsSources")), foco.el("ul", {}, SOURCES.map((source) => foco.el("li", { lang: "en" }, source)))),
      part(foco.t("factsShown"), texts("factsShownText", { run: foco.whole(Math.ceil(foco.book.n / runs)) })),
      part(foco.t("factsRules"), foco.el("p", {}, foco.t("factsRulesText")), table([foco.t("name"), foco.t("rule"), foco.t("threshold")], rules())),
      sums.length
        ? part(foco.t("factsSums"), foco.el("p", {}, foco.t("factsSumsText")),
            table([foco.t("rule"), foco.t("place"), foco.t("worst"), foco.t("limit")], worst.map((rule) => [foco.el("span", {}, foco.el("span", ...foco.said(rule.rule)), ` (${foco.whole(rule.count)}×)`), place(rule), scalar(rule.worst ?? "–"), scalar(rule.limit ?? "–")])))
        : null,
      part(foco.t("factsModel"), table([foco.t("name"), foco.t("value")], lines(analysis))),
    );
  };
})();
