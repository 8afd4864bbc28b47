"use strict";
/* Rollout, where it was computed: how much each token takes part in a chosen one through all layers. */
(() => {
  const MOST = 12;

  /** The chunk that is chosen, or the last of the first choice. */
  foco.rolloutChunk = () => {
    const all = foco.book.facts.rollout;
    return (all.find((each) => each.chunk === foco.state.choice) ?? all[0])?.chunk;
  };

  function nameOf({ direction, chosen, layer }) {
    return `${foco.t(direction === "from" ? "rolloutFrom" : "rolloutTo", { n: chosen })}, ${foco.t("rolloutLayer", { layer })}`;
  }

  foco.views.rollout = () => {
    const all = foco.book.facts.rollout;
    if (all.length === 0) {
      return foco.panel("reach", foco.t("rollout"), [], foco.el("p", { class: "hint" }, foco.t("rolloutNone")));
    }
    const list = foco.el("div");
    let bins = null;
    const picture = new foco.Picture({
      name: "rollout",
      caption: () => `${foco.t("rollout")}: ${nameOf(all.find((each) => each.chunk === foco.rolloutChunk()))}`,
      height: () => 120,
      draw: (pen, width, height, inks) => {
        if (!bins) {
          return;
        }
        const x = d3.scaleLinear([0, foco.book.n], [58, width - 10]);
        const y = d3.scaleLinear([0, d3.max(bins) || 1], [height - 34, 8]);
        for (const tick of y.ticks(3)) {
          pen.path(`M58,${y(tick)}H${width - 10}`, { stroke: inks.line });
          pen.text(53, y(tick) + 4, foco.percent(tick), { size: 10, fill: inks.soft, anchor: "end" });
        }
        bins.forEach((value, i) => {
          const a = x((i * foco.book.n) / bins.length);
          pen.rect(a, y(value), Math.max(1, x(((i + 1) * foco.book.n) / bins.length) - a - 0.5), height - 34 - y(value), inks.accent);
        });
        for (const tick of x.ticks(Math.max(2, Math.floor(width / 110)))) {
          pen.text(x(tick), height - 18, foco.whole(tick), { size: 11, fill: inks.soft, anchor: "middle" });
        }
        pen.text((58 + width - 10) / 2, height - 4, foco.t("tokens"), { size: 11, fill: inks.soft, anchor: "middle" });
      },
    });
    const choice = foco.select(foco.t("rollout"), all.map((each) => [each.chunk, nameOf(each)]), foco.rolloutChunk(), (value) =>
      foco.choose({ choice: value, shade: "rollout" }));
    const show = () => {
      choice.querySelector("select").value = foco.rolloutChunk();
      foco.whenLoaded(list, foco.book.rollout(foco.rolloutChunk()), (values) => {
        const count = Math.min(200, foco.book.n);
        bins = new Array(count).fill(0);
        values.forEach((value, token) => (bins[Math.floor((token * count) / foco.book.n)] += value));
        picture.redraw();
        const top = d3.range(foco.book.n).sort((a, b) => values[b] - values[a]).slice(0, MOST);
        foco.fill(list, foco.linkList(foco.t("rolloutTop"), top.map((other) => ({ other, weight: values[other], layer: 0, head: 0 })), foco.state.token < 0 ? top[0] : foco.state.token));
      });
    };
    foco.on(["choice"], show);
    show();
    return foco.panel("reach", foco.t("rollout"), picture.buttons(), foco.el("p", { class: "hint" }, foco.t("rolloutHint")), choice, picture.box, list);
  };
})();
