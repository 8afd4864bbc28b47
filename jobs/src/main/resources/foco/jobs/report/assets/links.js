"use strict";
/* The strongest links of a head as a list, all or those of a cell of the map, with the text at both ends. */
(() => {
  const MOST = 60;

  function within(links, cell) {
    const [level, query, key] = cell.split(".");
    const ends = foco.book.facts.maps?.[level]?.ends;
    if (!ends) {
      return null;
    }
    const inside = (token, number) => token >= ends[number] && token < ends[number + 1];
    return {
      links: links.filter((link) => inside(link.query, Number(query)) && inside(link.key, Number(key))),
      names: { query: foco.stretchText(level, Number(query)), key: foco.stretchText(level, Number(key)) },
    };
  }

  foco.linkTable = (links) => {
    const end = (token) => foco.el("button", { type: "button", class: "link", onclick: () => foco.choose({ token, tab: "text" }) },
      foco.snippetOf(token), foco.el("span", { class: "far" }, `${foco.whole(token)} · ${foco.book.where(token)}`));
    const rows = links.map((link) =>
      foco.el("tr", {},
        foco.el("td", { class: "number" }, foco.percent(link.weight)),
        foco.el("td", {}, foco.el("span", { class: foco.isFar(link) ? "far-mark" : "near-mark" }, foco.isFar(link) ? "━" : "╌"), " ", foco.distanceText(link.key - link.query)),
        foco.el("td", {}, end(link.query)),
        foco.el("td", {}, end(link.key))),
    );
    const names = ["weight", "distance", "from", "to"].map((name) => foco.el("th", { scope: "col", class: name === "weight" ? "number" : "" }, foco.t(name)));
    return foco.el("table", { class: "link-table" }, foco.el("thead", {}, foco.el("tr", {}, names)), foco.el("tbody", {}, rows));
  };

  const listed = (links, none) =>
    links.length
      ? foco.el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": foco.t("links") }, foco.linkTable(links.slice(0, MOST)))
      : foco.el("p", { class: "hint" }, none);

  const isMean = () => foco.state.layer === 0 || foco.state.head === 0;

  /** Those of the chosen cell of the map. */
  foco.cellLinks = () => {
    const box = foco.el("div", { class: "cell-links" });
    const show = () => {
      box.hidden = foco.state.cell === "";
      if (!box.hidden) {
        foco.whenLoaded(box, foco.headLinks(), (links) => {
          const cell = within(links, foco.state.cell);
          const close = foco.el("button", { type: "button", class: "chip", onclick: () => foco.choose({ cell: "" }) }, foco.t("close"));
          if (cell) {
            const none = isMean() ? foco.t("linksPick") : foco.t("linksNone", cell.names);
            foco.fill(box, foco.el("p", {}, foco.el("strong", {}, foco.t("linksIn", cell.names)), " ", close), listed(cell.links, none));
          }
        });
      }
    };
    foco.on(["layer", "head", "cell"], show);
    show();
    return box;
  };

  foco.views.links = () => {
    const box = foco.el("div");
    const show = () =>
      foco.whenLoaded(box, foco.headLinks(), (links) => {
        const { layer, head } = foco.state;
        foco.fill(
          box,
          foco.el("p", { class: "hint" }, foco.scopeName(layer, head), ` · ━ ${foco.t("arcFar")} · ╌ ${foco.t("arcNear")}`),
          listed(links, isMean() ? foco.t("linksPick") : foco.t("linksNoneAll")),
        );
      });
    foco.on(["layer", "head"], show);
    show();
    return foco.panel("strongest", foco.t("links"), [], box);
  };
})();
