"use strict";
/* The strongest links as arcs over the document: far ones solid, nearer ones dashed, in two colours. */
(() => {
  const MOST = 120;

  /** Links of the chosen head; none for a mean. */
  foco.headLinks = () => {
    const { layer, head } = foco.state;
    return layer !== 0 && head !== 0 && foco.book.facts.has.links ? foco.book.strongest(layer, head) : Promise.resolve([]);
  };

  foco.isFar = (link) => Math.abs(link.query - link.key) > foco.book.n / 10;

  /** Those whose ends can be seen, strongest first, with the path of each. */
  foco.arcsOf = (links, x, base, height) => {
    const [from, to] = x.domain();
    return links
      .filter((link) => link.query >= from && link.query < to && link.key >= from && link.key < to)
      .slice(0, MOST)
      .map((link) => {
        const a = x(Math.min(link.query, link.key) + 0.5);
        const b = x(Math.max(link.query, link.key) + 0.5);
        // The longer, the higher, so that arcs of different lengths lie apart.
        const rise = Math.max(4, height * ((b - a) / (x.range()[1] - x.range()[0])) ** 0.7);
        return { link, a, b, rise, d: `M${a.toFixed(1)},${base}C${a.toFixed(1)},${base - rise * 1.3} ${b.toFixed(1)},${base - rise * 1.3} ${b.toFixed(1)},${base}` };
      });
  };

  foco.drawArcs = (pen, arcs, inks, lit) => {
    const most = arcs.length > 0 ? arcs[0].link.weight : 1;
    const opacity = arcs.length > 60 ? 0.45 : 0.65;
    for (const arc of [...arcs].reverse()) {
      const far = foco.isFar(arc.link);
      const strong = arc.link === lit;
      pen.path(arc.d, {
        stroke: strong ? inks.mark : far ? inks.accent : inks.second,
        width: strong ? 3 : 0.8 + 1.7 * Math.sqrt(arc.link.weight / most),
        opacity: strong ? 1 : opacity,
        dash: far ? [] : [5, 3],
      });
    }
  };

  /** The arc nearest to a point, within a few pixels. */
  foco.arcAt = (arcs, px, py, base) => {
    let best = null;
    let least = 7;
    for (const arc of arcs) {
      for (let t = 0; t <= 1; t += 1 / 32) {
        const u = 1 - t;
        const x = arc.a * (u * u * u + 3 * u * u * t) + arc.b * (3 * u * t * t + t * t * t);
        const y = base - arc.rise * 1.3 * 3 * u * t;
        const away = Math.hypot(x - px, y - py);
        if (away < least) {
          least = away;
          best = arc;
        }
      }
    }
    return best;
  };
})();
