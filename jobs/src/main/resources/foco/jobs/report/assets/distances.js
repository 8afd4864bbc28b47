"use strict";
/* How far away a head looks: its attention by distance, each bar from a power of two to the next. */
(() => {
  const LEFT = 50;
  const RIGHT = 10;
  const TOP = 30;
  const BOTTOM = 40;
  const HEIGHT = 210;

  let bars = [];
  let cursor = -1;

  /** What is known of one head; see ProfileChunks.java. */
  foco.profile = (layer, head) => foco.load(`profile-${layer}-${head}`, (raw) => JSON.parse(new TextDecoder().decode(raw)));

  /** Those of the heads chosen, one or all of a layer. */
  foco.profiles = () => Promise.all(foco.book.members(foco.state.layer, foco.state.head).map(([layer, head]) => foco.profile(layer, head)));

  /** From far back to far ahead; of several heads the mean. The sum of all is 1. */
  function gathered(profiles) {
    const sums = new Map();
    for (const { distances } of profiles) {
      const all = d3.sum(distances, (row) => row[3]);
      for (const [direction, low, high, mass] of distances) {
        const sum = sums.get(`${direction} ${low}`) ?? { direction, low, high, share: 0 };
        sum.share += mass / all / profiles.length;
        sums.set(`${direction} ${low}`, sum);
      }
    }
    const place = ({ direction, low }) => (direction === "back" ? -low : direction === "ahead" ? low : 0);
    const sorted = [...sums.values()].sort((a, b) => place(a) - place(b));
    // A causal head looks back alone.
    return sorted.some((bar) => bar.direction === "ahead" && bar.share > 0) ? sorted : sorted.filter((bar) => bar.direction !== "ahead");
  }

  const range = ({ low, high }) => (high - low <= 1 ? foco.whole(low) : `${foco.whole(low)}–${foco.whole(high - 1)}`);
  const nameOf = (bar) => (bar.direction === "self" ? foco.t("itself") : bar.high === 2 ? foco.t(`${bar.direction}One`) : foco.t(bar.direction, { n: range(bar) }));
  const words = (bar) => foco.t("distanceBar", { where: nameOf(bar), share: foco.percent(bar.share) });

  const axis = (width) => d3.scaleBand(d3.range(bars.length), [LEFT, width - RIGHT]).paddingInner(0.12);

  function draw(pen, width, height, inks) {
    if (bars.length === 0) {
      return;
    }
    const base = height - BOTTOM;
    const x = axis(width);
    const wide = x.bandwidth();
    const y = d3.scaleLinear([0, Math.max(d3.max(bars, (bar) => bar.share), 1e-6)], [base, TOP]).nice(4);
    for (const tick of y.ticks(4)) {
      pen.path(`M${LEFT},${y(tick)}H${width - RIGHT}`, { stroke: inks.line });
      pen.text(LEFT - 5, y(tick) + 4, foco.shortPercent(tick), { size: 11, fill: inks.soft, anchor: "end" });
    }
    pen.text(2, 11, foco.t("distanceShare"), { size: 11, fill: inks.soft });
    const step = Math.ceil(34 / x.step());
    bars.forEach((bar, i) => {
      const left = x(i);
      pen.rect(left, y(bar.share), wide, base - y(bar.share), { back: inks.accent, ahead: inks.second, self: inks.ink }[bar.direction]);
      if (i === cursor) {
        pen.rect(left - 1, TOP - 2, wide + 2, base - TOP + 3, null, inks.mark);
      }
      const middle = left + wide / 2;
      const far = i - bars.findIndex((each) => each.direction === "self");
      if (far % step === 0) {
        pen.text(middle, base + 14, foco.whole(bar.low), { size: 11, fill: inks.soft, anchor: "middle" });
      }
      if (wide >= 30) {
        pen.text(middle, y(bar.share) - 4, foco.percent(bar.share), { size: 10, fill: inks.ink, anchor: "middle" });
      }
    });
    sides(pen, x, width, height, inks);
  }

  /** Below the numbers: which way, and what the numbers are. */
  function sides(pen, x, width, height, inks) {
    const own = bars.findIndex((bar) => bar.direction === "self");
    const middle = own < 0 ? (LEFT + width - RIGHT) / 2 : x(own) + x.bandwidth() / 2;
    const y = height - 8;
    pen.text(LEFT, y, `← ${foco.t("sideBack")}`, { size: 11, fill: inks.accent });
    const title = foco.t("distanceAxis");
    const half = foco.textWidth(title, 11) / 2;
    const ahead = bars.some((bar) => bar.direction === "ahead");
    pen.text(ahead ? middle : width - RIGHT - half, y, title, { size: 11, fill: inks.soft, anchor: "middle" });
    if (ahead) {
      pen.text(width - RIGHT, y, `${foco.t("sideAhead")} →`, { size: 11, fill: inks.second, anchor: "end" });
    }
  }

  function table() {
    const names = ["distance", "distanceShare"].map((name, i) => foco.el("th", { scope: "col", class: i ? "number" : "" }, foco.t(name)));
    const rows = bars.map((bar) => foco.el("tr", {}, foco.el("th", { scope: "row" }, nameOf(bar)), foco.el("td", { class: "number" }, foco.percent(bar.share))));
    return foco.el("table", { class: "distance-table" }, foco.el("thead", {}, foco.el("tr", {}, names)), foco.el("tbody", {}, rows));
  }

  foco.views.distances = () => {
    if (!foco.book.facts.has.distances) {
      return foco.panel("distances", foco.t("distances"), [], foco.el("p", { class: "hint" }, foco.t("distancesNone")));
    }
    const told = foco.el("p", { class: "told line" });
    const details = foco.el("details", {}, foco.el("summary", {}, foco.t("asTable")), foco.el("div"));
    const failed = foco.el("div");
    const name = foco.el("h3");
    const picture = new foco.Picture({
      name: "distances", draw, keyboard: true,
      caption: () => `${foco.t("distances")}: ${foco.scopeName(foco.state.layer, foco.state.head)}. ${foco.t("distancesHint")}`,
      height: () => HEIGHT,
    });
    const canvas = picture.canvas;
    const point = (at) => {
      cursor = at;
      foco.fill(told, bars[at] ? words(bars[at]) : "");
      picture.redraw();
    };
    const at = (event) => {
      const x = axis(canvas.clientWidth);
      const found = Math.floor((event.offsetX - LEFT) / x.step());
      return found >= 0 && found < bars.length ? found : -1;
    };
    canvas.addEventListener("pointermove", (event) => point(at(event)));
    canvas.addEventListener("pointerleave", () => point(-1));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step && bars.length > 0) {
        point(foco.clamp(cursor < 0 ? 0 : cursor + step, 0, bars.length - 1));
        foco.tell(words(bars[cursor]));
        event.preventDefault();
      }
    });
    const show = () => {
      foco.fill(name, foco.scopeName(foco.state.layer, foco.state.head));
      foco.whenLoaded(failed, foco.profiles(), (profiles) => {
        foco.fill(failed);
        bars = gathered(profiles);
        foco.fill(details.lastChild, table());
        point(-1);
      });
    };
    foco.on(["layer", "head"], show);
    show();
    return foco.panel("distances", foco.t("distances"), picture.buttons(), foco.el("p", { class: "hint" }, foco.t("distancesHint")), name, failed, picture.box, told, details);
  };
})();
