"use strict";
/* One token: what it attends to, and what attends to it. Each line leads there. */
(() => {
  /** Where a token is, seen from another. */
  foco.distanceText = (distance) =>
    distance === 0
      ? foco.t("itself")
      : foco.t((distance < 0 ? "back" : "ahead") + (Math.abs(distance) === 1 ? "One" : ""), { n: foco.whole(Math.abs(distance)) });

  /** Text around tokens, with the tokens themselves marked. */
  foco.snippetOf = (token, last = token) => {
    const [before, word, after] = foco.book.snippet(token, last);
    const bdi = (text) => foco.el("bdi", {}, text);
    return foco.el("span", { class: "snippet" }, bdi(before), foco.el("mark", {}, bdi(word)), bdi(after));
  };

  function bar(weight, most) {
    const fill = foco.el("span", { class: "bar-fill" });
    fill.style.width = `${Math.max(1, (100 * weight) / most)}%`;
    return foco.el("span", { class: "bar", "aria-hidden": "true" }, fill);
  }

  const noLinks = () => (foco.book.facts.least > 0 ? foco.t("noLinksLeast", { least: foco.percent(foco.book.facts.least) }) : foco.t("noLinks"));

  /** A list of links of a token. `common` tells which others are marked. */
  foco.linkList = (title, links, token, common = () => false) => {
    const most = links[0]?.weight ?? 1;
    const several = foco.state.head === 0 || foco.state.layer === 0;
    const lines = links.map((link) =>
      foco.el(
        "li",
        { class: common(link) ? "common" : "" },
        foco.el(
          "button",
          { type: "button", class: "link", onclick: () => foco.choose({ token: link.other, tab: "text" }) },
          foco.el("span", { class: "weight" }, foco.percent(link.weight)),
          foco.el(
            "span", { class: "far" },
            foco.distanceText(link.other - token),
            several && link.layer ? ` · ${foco.t("inHead", { layer: link.layer, head: link.head })}` : "",
            common(link) ? ` · ✓ ${foco.t("common")}` : "",
          ),
          bar(link.weight, most),
          foco.snippetOf(link.other),
        ),
      ),
    );
    return foco.el(
      "div", { class: "links" },
      foco.el("h3", {}, title),
      lines.length ? foco.el("ol", {}, lines) : foco.el("p", { class: "hint" }, noLinks()),
    );
  };

  foco.valuesText = (values) =>
    foco.t("values", {
      entropy: foco.bits(values.entropy), spread: foco.two(2 ** values.entropy),
      received: foco.two(values.received), distance: foco.two(values.distance),
    });

  foco.views.token = () => {
    const box = foco.el("div", { class: "token-box", "aria-live": "off" });
    const heading = foco.el("div", { class: "token-heading" });
    const show = () => {
      const { token, layer, head } = foco.state;
      foco.linkedTokens = [];
      foco.followFirst = null;
      if (token < 0) {
        foco.fill(heading);
        foco.fill(box, foco.el("p", { class: "hint" }, foco.t("noToken")));
        foco.markText();
        return;
      }
      foco.fill(
        heading,
        step(-1), foco.el("bdi", { class: "word" }, foco.book.shortLabel(token) || "·"), step(1),
        foco.el("span", { class: "hint" }, `${foco.t("position", { n: foco.whole(token) })} · ${foco.book.where(token)}`),
      );
      const started = performance.now();
      const loaded = Promise.all([
        foco.book.valuesOf(layer, head, token),
        foco.book.linksOf("keys", layer, head, token),
        foco.book.linksOf("queries", layer, head, token),
      ]);
      foco.whenLoaded(box, loaded, ([values, keys, queries]) => {
        foco.fill(
          box,
          foco.el("p", { class: "values" }, foco.scopeName(layer, head), ": ", foco.valuesText(values)),
          foco.el("div", { class: "two" }, foco.linkList(foco.t("attendsTo"), keys, token), foco.linkList(foco.t("attendedBy"), queries, token)),
          foco.el("p", { class: "hint" }, layer && head ? foco.t("linksNote", { links: foco.book.facts.links }) : foco.t("linksNoteLayer"), foco.book.facts.least > 0 ? ` ${foco.t("linksLeast", { least: foco.percent(foco.book.facts.least) })}` : ""),
        );
        box.dataset.token = String(token);
        box.dataset.milliseconds = String(Math.round(performance.now() - started));
        foco.linkedTokens = keys.map((link) => link.other);
        foco.followFirst = () => {
          const first = keys.find((link) => link.other !== token);
          if (first) {
            foco.choose({ token: first.other });
            foco.tell(foco.t("selected", { token: foco.book.shortLabel(first.other), n: foco.whole(first.other) }));
          }
        };
        foco.markText();
      });
    };
    const step = (by) =>
      foco.el(
        "button",
        {
          type: "button", class: "quiet", "aria-label": foco.t(by < 0 ? "previousToken" : "nextToken"),
          onclick: () => foco.choose({ token: foco.clamp(foco.state.token + by, 0, foco.book.n - 1) }, true),
        },
        by < 0 ? "‹" : "›",
      );
    foco.on(["token", "layer", "head"], show);
    show();
    return foco.panel("token", foco.t("token"), [], heading, box);
  };
})();
