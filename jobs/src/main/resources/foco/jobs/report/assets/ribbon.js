"use strict";
/* The document as a line: arcs of the strongest links above, curves of spread, received attention and distance below. */
(() => {
  const LEFT = 74;
  const RIGHT = 10;
  const LEGEND = 16;
  const NAMES = LEGEND + 18;
  const ARCS = 104;
  const BAND = 62;
  const AXIS = 34;
  const BANDS = [["entropy", "entropyUnit", false], ["received", "receivedUnit", true], ["distance", "distanceUnit", true]];

  let curves = null;
  let exact = null;
  let links = [];
  let lit = null;

  const axis = (width) => d3.scaleLinear([foco.state.from, foco.state.to], [LEFT, width - RIGHT]);
  const arcBase = NAMES + ARCS;

  /** Points of a band: [token, least, mean, most]. */
  function points(name) {
    const { from, to } = foco.state;
    if (exact) {
      const values = exact[name];
      return d3.range(Math.max(from, exact.first), Math.min(to, exact.first + values.length)).map((token) => {
        const value = values[token - exact.first];
        return [token + 0.5, value, value, value];
      });
    }
    const runs = foco.book.facts.runs;
    const length = foco.book.n / runs;
    const first = Math.max(0, Math.floor(from / length) - 1);
    const last = Math.min(runs - 1, Math.ceil(to / length) + 1);
    const three = curves[name];
    return d3.range(first, last + 1).map((run) => [(run + 0.5) * length, three.least[run], three.mean[run], three.most[run]]);
  }

  function draw(pen, width, height, inks) {
    const x = axis(width);
    names(pen, x, width, inks);
    pen.path(`M${LEFT},${arcBase}H${width - RIGHT}`, { stroke: inks.soft });
    pen.clip(LEFT, 0, width - LEFT - RIGHT, arcBase + 1, () => foco.drawArcs(pen, foco.arcsOf(links, x, arcBase, ARCS - 28), inks, lit));
    arcLegend(pen, width, inks);
    if (curves) {
      BANDS.forEach(([name, unit, log], i) => band(pen, x, width, arcBase + 10 + i * BAND, name, unit, log, inks));
    }
    const base = arcBase + 10 + BANDS.length * BAND;
    for (const tick of x.ticks(Math.max(2, Math.floor(width / 110)))) {
      pen.path(`M${x(tick)},${base}v4`, { stroke: inks.soft });
      pen.text(x(tick), base + 16, foco.whole(tick), { size: 11, fill: inks.soft, anchor: "middle" });
    }
    pen.text((LEFT + width - RIGHT) / 2, base + 30, foco.t("tokens"), { size: 11, fill: inks.soft, anchor: "middle" });
    const token = foco.state.token;
    if (token >= foco.state.from && token < foco.state.to) {
      pen.path(`M${x(token + 0.5)},${NAMES}V${base}`, { stroke: inks.mark, width: 1.5 });
    }
  }

  function names(pen, x, width, inks) {
    const { first, end } = foco.book.facts.section;
    let free = LEFT;
    for (let s = 0; s < first.length; s++) {
      const a = foco.clamp(x(first[s]), LEFT, width - RIGHT);
      const b = foco.clamp(x(end[s]), LEFT, width - RIGHT);
      if (b - a < 2) {
        continue;
      }
      pen.path(`M${a},${NAMES - 4}V${arcBase}`, { stroke: inks.line });
      if (b - a > 34 && a >= free) {
        const name = foco.fitted(foco.book.stretchName("section", s), b - a - 6, 11);
        pen.text(a + 3, NAMES - 6, name, { size: 11, fill: inks.soft });
        free = a + foco.textWidth(name, 11);
      }
    }
  }

  function arcLegend(pen, width, inks) {
    if (links.length === 0) {
      return;
    }
    const y = 11;
    const far = foco.t("arcFar");
    const near = foco.t("arcNear");
    const size = 11;
    const whole = foco.textWidth(far, size) + foco.textWidth(near, size) + 64;
    const x = Math.max(2, width - RIGHT - whole);
    pen.path(`M${x},${y - 4}h22`, { stroke: inks.accent, width: 2 });
    pen.text(x + 26, y, far, { size, fill: inks.soft });
    const next = x + 26 + foco.textWidth(far, size) + 12;
    pen.path(`M${next},${y - 4}h22`, { stroke: inks.second, width: 2, dash: [5, 3] });
    pen.text(next + 26, y, near, { size, fill: inks.soft });
  }

  function band(pen, x, width, top, name, unit, log, inks) {
    const all = gathered(points(name).filter((point) => !Number.isNaN(point[2])), x);
    pen.text(LEFT, top + 10, foco.t(name), { size: 11, fill: inks.ink });
    pen.text(LEFT + foco.textWidth(foco.t(name), 11) + 8, top + 10, foco.t(unit), { size: 11, fill: inks.soft });
    if (all.length === 0) {
      return;
    }
    const most = d3.max(all, (point) => point[3]);
    let least = log ? d3.min(all, (point) => (point[1] > 0 ? point[1] : point[2] > 0 ? point[2] : Infinity)) : 0;
    least = log ? Math.max(least, most / 1e4) : least;
    const y = (log ? d3.scaleLog() : d3.scaleLinear()).domain([least, Math.max(most, least * 1.01 + 1e-9)]).range([top + BAND - 6, top + 17]).clamp(true);
    const ticks = log ? logTicks(least, most) : y.ticks(2);
    for (const tick of ticks.slice(0, 3)) {
      pen.path(`M${LEFT},${y(tick)}H${width - RIGHT}`, { stroke: inks.line });
      pen.text(LEFT - 5, y(tick) + 4, foco.two(tick).replace(/[.,]0$/, ""), { size: 10, fill: inks.soft, anchor: "end" });
    }
    const safe = (value) => y(log ? Math.max(value, least) : value);
    pen.clip(LEFT, top, width - LEFT - RIGHT, BAND, () => {
      if (all.length > 1) {
        pen.path(d3.area().x((p) => x(p[0])).y0((p) => safe(p[1])).y1((p) => safe(p[3])).digits(1)(all), { fill: inks.band });
      }
      pen.path(d3.line().x((p) => x(p[0])).y((p) => safe(p[2])).digits(1)(all), { stroke: inks.accent, width: 1.3 });
    });
  }

  /** No more points than pixels can show: of those that share two pixels the least, the mean and the most. */
  function gathered(points, x) {
    const bins = d3.group(points, (point) => Math.floor(x(point[0]) / 2));
    return bins.size * 1.5 > points.length
      ? points
      : [...bins.values()].map((all) => [d3.mean(all, (p) => p[0]), d3.min(all, (p) => p[1]), d3.mean(all, (p) => p[2]), d3.max(all, (p) => p[3])]);
  }

  function logTicks(least, most) {
    const powers = d3.range(Math.ceil(Math.log10(least)), Math.floor(Math.log10(most)) + 1).map((e) => 10 ** e);
    if (powers.length === 0) {
      return [least, most];
    }
    const step = Math.max(1, Math.ceil(powers.length / 2));
    return powers.filter((_, i) => i % step === 0);
  }

  async function load(picture) {
    const { layer, head, from, to } = foco.state;
    const wanted = `${layer}-${head}-${from}-${to}`;
    load.turn = wanted;
    const size = foco.book.facts.range;
    const zoomed = to - from <= size / 2 || foco.book.n <= foco.book.facts.runs;
    const ranges = d3.range(Math.floor(from / size), Math.floor((to - 1) / size) + 1);
    const [loaded, strongest, parts] = await Promise.all([
      foco.book.curves(layer, head),
      foco.headLinks(),
      zoomed ? Promise.all(ranges.map((range) => foco.book.values(layer, head, range))) : null,
    ]);
    if (load.turn === wanted) {
      curves = loaded;
      links = strongest;
      const joined = (name) => parts.flatMap((part) => Array.from(part[name]));
      exact = parts && { first: ranges[0] * size, entropy: joined("entropy"), received: joined("received"), distance: joined("distance") };
      picture.redraw();
    }
  }

  foco.views.ribbon = () => {
    const picture = new foco.Picture({
      name: "ribbon", draw, keyboard: true,
      caption: () => `${foco.t("ribbon")}: ${foco.scopeName(foco.state.layer, foco.state.head)}. ${linkWords()}. ${foco.t("curves")}`,
      height: () => arcBase + 10 + BANDS.length * BAND + AXIS,
    });
    const canvas = picture.canvas;
    const caption = foco.el("p", { class: "hint" });
    const overview = strip();
    const refresh = () => {
      load(picture).then(() => foco.fill(caption, `${linkWords()}. ${foco.t("curves")} ${foco.t("ribbonHint")}`), (failure) => foco.fill(caption, foco.t("failed", { what: failure.message })));
      picture.redraw();
      overview.refresh();
    };
    listen(canvas, picture);
    foco.on(["layer", "head", "from", "to"], refresh);
    foco.on(["token"], picture.redraw);
    refresh();
    return foco.panel("ribbon", foco.t("ribbon"), picture.buttons(), picture.box, overview.box, caption);
  };

  function linkWords() {
    const floor = foco.book.facts.analysis.link_floor;
    const { layer, head } = foco.state;
    return layer === 0 || head === 0 ? foco.t("linksPick").replace(/\.$/, "") : floor ? foco.t("arcs", { floor: foco.whole(floor) }) : foco.t("arcsPlain");
  }

  function listen(canvas, picture) {
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(axis(canvas.clientWidth).invert(event.offsetX), 2 ** (-event.deltaY / 300));
    }, { passive: false });
    canvas.addEventListener("pointermove", (event) => {
      const arc = foco.arcAt(foco.arcsOf(links, axis(canvas.clientWidth), arcBase, ARCS - 28), event.offsetX, event.offsetY, arcBase);
      if ((arc?.link ?? null) !== lit) {
        lit = arc?.link ?? null;
        picture.redraw();
      }
      canvas.style.cursor = lit ? "pointer" : "crosshair";
      foco.tip(event, lit ? linkText(lit) : pointText(axis(canvas.clientWidth).invert(event.offsetX)));
    });
    canvas.addEventListener("pointerleave", () => {
      lit = null;
      foco.tip(null);
      picture.redraw();
    });
    canvas.addEventListener("click", (event) => {
      const token = lit ? lit.query : Math.floor(axis(canvas.clientWidth).invert(event.offsetX));
      if (token >= 0 && token < foco.book.n) {
        foco.choose({ token });
        foco.showText?.(token);
      }
    });
    canvas.addEventListener("keydown", (event) => {
      const { from, to } = foco.state;
      const step = Math.round((to - from) / 8);
      const moves = { ArrowLeft: -step, ArrowRight: step };
      if (event.key in moves) {
        const start = foco.clamp(from + moves[event.key], 0, foco.book.n - (to - from));
        foco.choose({ from: start, to: start + to - from }, true);
      } else if (event.key === "+" || event.key === "=") {
        zoom((from + to) / 2, 1.5);
      } else if (event.key === "-") {
        zoom((from + to) / 2, 1 / 1.5);
      } else if (event.key === "0") {
        foco.choose({ from: 0, to: foco.book.n }, true);
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  function zoom(centre, factor) {
    const { from, to } = foco.state;
    const n = foco.book.n;
    const length = foco.clamp((to - from) / factor, Math.min(n, 32), n);
    const start = foco.clamp(centre - ((centre - from) / (to - from)) * length, 0, n - length);
    foco.choose({ from: Math.round(start), to: Math.round(start + length) }, true);
  }

  /** The text at both ends of a link, and its weight. */
  function linkText(link) {
    const end = (token) => {
      const [before, word, after] = foco.book.snippet(token);
      return `${before.slice(-22)}[${word}]${after.slice(0, 22)}`;
    };
    return `${foco.percent(link.weight)}: ${end(link.query)} → ${end(link.key)} (${foco.distanceText(link.key - link.query)})`;
  }

  function pointText(at) {
    const token = Math.floor(at);
    if (!curves || token < 0 || token >= foco.book.n) {
      return null;
    }
    const values = exact
      ? BANDS.map(([name]) => exact[name][token - exact.first])
      : BANDS.map(([name]) => curves[name].mean[Math.floor((token * foco.book.facts.runs) / foco.book.n)]);
    if (values.some((value) => value === undefined)) {
      return null;
    }
    return `${foco.t("position", { n: foco.whole(token) })}, ${foco.book.where(token)}: ${foco.t("entropy")} ${foco.bits(values[0])} ${foco.t("entropyUnit")}, ${foco.t("received")} ${foco.two(values[1])}, ${foco.t("distance")} ${foco.two(values[2])} ${foco.t("tokens")}`;
  }

  /** The lowest strip: the whole document, with a brush on the part that is shown. */
  function strip() {
    const HEIGHT = 34;
    const svg = d3.create("svg").attr("height", HEIGHT).attr("width", "100%").attr("class", "strip").attr("aria-hidden", "true");
    const box = foco.el("div", { class: "picture" }, svg.node());
    const curve = svg.append("path").attr("class", "strip-curve");
    const handle = svg.append("g");
    let x = null;
    let asked = false;
    const brush = d3.brushX().on("brush end", (event) => {
      if (event.sourceEvent && !asked) {
        const [a, b] = event.selection ? event.selection.map(x.invert) : [0, foco.book.n];
        const from = Math.round(foco.clamp(a, 0, foco.book.n - 1));
        foco.choose({ from, to: Math.round(foco.clamp(Math.max(b, from + Math.min(32, foco.book.n)), 1, foco.book.n)) }, true);
        foco.showText?.(from);
      }
    });
    const refresh = foco.soon(() => {
      const width = box.clientWidth;
      if (width < 100) {
        return;
      }
      x = d3.scaleLinear([0, foco.book.n], [LEFT, width - RIGHT]);
      brush.extent([[LEFT, 2], [width - RIGHT, HEIGHT - 2]]);
      asked = true;
      handle.call(brush).call(brush.move, [x(foco.state.from), x(foco.state.to)]);
      asked = false;
      if (curves) {
        const mean = curves.received.mean;
        const least = Math.max(d3.min(mean, (v) => (v > 0 ? v : Infinity)), 1e-4);
        const y = d3.scaleLog([least, Math.max(d3.max(mean), least * 1.01)], [HEIGHT - 6, 6]).clamp(true);
        curve.attr("d", d3.area().x((_, i) => x(((i + 0.5) * foco.book.n) / mean.length)).y0(HEIGHT - 4).y1((v) => y(Math.max(v, least))).digits(1)(mean));
      }
    });
    new ResizeObserver(refresh).observe(box);
    box.addEventListener("drawn", refresh);
    return { box, refresh: () => setTimeout(refresh, 60) };
  }
})();
