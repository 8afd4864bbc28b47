"use strict";
/* Tokens that came before: what they give to the last like token, and to the token after that one (induction). */
(() => {
  const LEFT = 50;
  const RIGHT = 10;
  const TOP = 54;
  const BOTTOM = 40;
  const HEIGHT = 220;
  const SERIES = ["same", "following"];

  let sums = null;

  /** Of the heads chosen: how many repeated tokens give how much. */
  function gathered(profiles) {
    const all = profiles.map(({ repeats }) => repeats).filter(Boolean);
    if (all.length === 0) {
      return null;
    }
    const counts = Object.fromEntries(SERIES.map((name) => [name, all[0][name].counts.map((_, bar) => d3.sum(all, (each) => each[name].counts[bar]))]));
    return { edges: all[0].edges, counts, tokens: d3.sum(all[0].same.counts), of: d3.sum(counts.same) };
  }

  function draw(pen, width, height, inks) {
    if (!sums) {
      return;
    }
    const base = height - BOTTOM;
    const bars = sums.edges.length + 1;
    const x = d3.scaleLinear([0, bars], [LEFT, width - RIGHT]);
    const most = d3.max(SERIES, (name) => d3.max(sums.counts[name])) / sums.of;
    const y = d3.scaleLinear([0, most], [base, TOP]).nice(4);
    for (const tick of y.ticks(4)) {
      pen.path(`M${LEFT},${y(tick)}H${width - RIGHT}`, { stroke: inks.line });
      pen.text(LEFT - 5, y(tick) + 4, foco.shortPercent(tick), { size: 11, fill: inks.soft, anchor: "end" });
    }
    legend(pen, inks);
    pen.text(2, 43, foco.t("repeatsShare"), { size: 11, fill: inks.soft });
    const wide = ((x(1) - x(0)) * 0.84) / 2;
    for (let bar = 0; bar < bars; bar++) {
      SERIES.forEach((name, i) => {
        const top = y(sums.counts[name][bar] / sums.of);
        series(pen, i, x(bar + 0.08) + i * wide, top, wide - 1, base - top, inks);
      });
      if (bar > 0) {
        pen.path(`M${x(bar)},${base}v4`, { stroke: inks.soft });
      }
    }
    pen.path(`M${LEFT},${base}H${width - RIGHT}`, { stroke: inks.soft });
    const fits = x(1) - x(0) >= foco.textWidth(foco.shortPercent(0.001), 11) + 4 ? 1 : 2;
    ["0", ...sums.edges, 1].forEach((edge, i) => {
      if (i % fits === 0 || i === bars) {
        pen.text(x(i), base + 16, i === 0 ? "0" : foco.shortPercent(edge), { size: 11, fill: inks.soft, anchor: i === bars ? "end" : "middle" });
      }
    });
    pen.text((LEFT + width - RIGHT) / 2, height - 8, foco.t("repeatsAxis"), { size: 11, fill: inks.soft, anchor: "middle" });
  }

  /** A bar of one of the two: filled, or an outline with a light filling. */
  function series(pen, i, x, y, width, height, inks) {
    if (i === 0) {
      pen.rect(x, y, width, height, inks.accent);
    } else if (height > 0) {
      pen.path(`M${x},${y}h${width}v${height}h${-width}z`, { fill: inks.second, opacity: 0.35 });
      pen.path(`M${x + 0.5},${y + height}V${y + 0.5}h${width - 1}V${y + height}`, { stroke: inks.second, width: 1.5 });
    }
  }

  function legend(pen, inks) {
    SERIES.forEach((name, i) => {
      series(pen, i, LEFT, 2 + 15 * i, 18, 10, inks);
      pen.path(`M${LEFT},${12 + 15 * i}h18`, { stroke: i === 0 ? inks.accent : inks.second });
      pen.text(LEFT + 24, 11 + 15 * i, foco.t(`repeatsTo.${name}`), { size: 11, fill: inks.soft });
    });
  }

  /** Means of the table of heads, of one or of several. */
  function means() {
    const { layer, head } = foco.state;
    const heads = foco.book.members(layer, head).map(([l, h]) => foco.book.heads.get(`${l}-${h}`));
    const mean = (name) => (heads.every((each) => Number.isFinite(each[name])) ? d3.mean(heads, (each) => each[name]) : NaN);
    return foco.t("repeatsMeans", {
      n: foco.whole(sums.tokens), same: foco.percent(mean("on_same")), following: foco.percent(mean("induction")), even: foco.percent(mean("induction_chance")),
    });
  }

  function table() {
    const names = SERIES.map((name) => ["weight", foco.t(`repeatsTo.${name}`)]);
    const head = (name, text) => foco.el("th", { scope: "col", class: name === "weight" ? "number" : "" }, text);
    const bars = sums.counts.same.length;
    const edge = (i) => (i === 0 ? "0" : i === bars ? foco.shortPercent(1) : foco.shortPercent(sums.edges[i - 1]));
    return foco.el(
      "table", { class: "repeat-counts" },
      foco.el("thead", {}, foco.el("tr", {}, head("", foco.t("weight")), names.map(([name, text]) => head(name, text)))),
      foco.el("tbody", {}, d3.range(bars).map((bar) => foco.el("tr", {},
        foco.el("th", { scope: "row" }, `${edge(bar)}–${edge(bar + 1)}`),
        SERIES.map((name) => foco.el("td", { class: "number" }, foco.whole(sums.counts[name][bar])))))),
    );
  }

  function listed(rows) {
    const end = (token) => foco.el("button", { type: "button", class: "link", onclick: () => foco.choose({ token, tab: "text" }) },
      foco.snippetOf(token), foco.el("span", { class: "far" }, `${foco.whole(token)} · ${foco.book.where(token)}`));
    const head = ["repeatsTo.sameShort", "repeatsTo.followingShort", "repeatsToken", "repeatsEarlier"].map((name, i) =>
      foco.el("th", { scope: "col", class: i < 2 ? "number" : "" }, foco.t(name)));
    return foco.el(
      "table", { class: "link-table repeat-list" },
      foco.el("thead", {}, foco.el("tr", {}, head)),
      foco.el("tbody", {}, rows.map(([token, earlier, same, following]) => foco.el("tr", {},
        foco.el("td", { class: "number", "data-name": foco.t("repeatsTo.sameShort") }, foco.percent(same)),
        foco.el("td", { class: "number", "data-name": foco.t("repeatsTo.followingShort") }, foco.percent(following)),
        foco.el("td", {}, end(token)), foco.el("td", {}, end(earlier))))),
    );
  }

  foco.views.repeats = () => {
    const panel = (tools, ...children) => foco.panel("repeats", foco.t("repeats"), tools, ...children);
    if (!foco.book.facts.has.repeats) {
      return panel([], foco.el("p", { class: "hint" }, foco.t("repeatsNone")));
    }
    const figures = foco.el("p", { class: "values" });
    const details = foco.el("details", {}, foco.el("summary", {}, foco.t("asTable")), foco.el("div"));
    const box = foco.el("div");
    const picture = new foco.Picture({
      name: "repeats", draw,
      caption: () => `${foco.t("repeats")}: ${foco.scopeName(foco.state.layer, foco.state.head)}. ${sums ? means() : ""}`,
      height: () => HEIGHT,
    });
    let profiles = [];
    const orders = SERIES.map((name) => [name, foco.t(`repeatsTo.${name}`)]);
    const list = () => {
      const { layer, head, repeats } = foco.state;
      const most = layer === 0 || head === 0 ? null : profiles[0].repeats[repeats].strongest;
      foco.fill(box, most
        ? foco.el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${foco.t("repeats")}: ${foco.t(`repeatsTo.${repeats}`)}` }, listed(most))
        : foco.el("p", { class: "hint" }, foco.t("repeatsPick")));
    };
    const order = foco.select(foco.t("repeatsOrder"), orders, foco.state.repeats, (value) => foco.choose({ repeats: value }));
    const show = () => foco.whenLoaded(box, foco.profiles(), (loaded) => {
      profiles = loaded;
      sums = gathered(profiles);
      picture.box.hidden = details.hidden = order.hidden = !sums;
      if (sums) {
        foco.fill(figures, foco.scopeName(foco.state.layer, foco.state.head), ": ", means());
        foco.fill(details.lastChild, table());
        list();
        picture.redraw();
      } else {
        foco.fill(figures);
        foco.fill(box, foco.el("p", { class: "hint" }, foco.t("repeatsNever")));
      }
    });
    foco.on(["layer", "head"], show);
    foco.on(["repeats"], () => {
      order.querySelector("select").value = foco.state.repeats;
      if (sums) {
        list();
      }
    });
    show();
    return panel(picture.buttons(), foco.el("p", { class: "hint" }, foco.t("repeatsHint")), figures, picture.box, details, order, box);
  };
})();
