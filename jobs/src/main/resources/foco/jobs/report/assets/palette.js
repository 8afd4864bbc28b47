"use strict";
/* Colours: cividis for amounts, Okabe and Ito's eight for kinds, each with a sign of its own. */
(() => {
  const KINDS = {
    previous: ["#0072B2", "←"],
    next: ["#56B4E9", "→"],
    self: ["#CC79A7", "●"],
    first: ["#E69F00", "⇤"],
    separator: ["#D55E00", "¶"],
    induction: ["#009E73", "↻"],
    section: ["#F0E442", "▦"],
    narrow: ["#999999", "▾"],
    broad: ["#DDDDDD", "≈"],
    mixed: ["#FFFFFF", "·"],
  };
  const steps = d3.range(256).map((i) => {
    const { r, g, b } = d3.rgb(d3.interpolateCividis(i / 255));
    return [r, g, b];
  });

  foco.kindColour = (kind) => (KINDS[kind] ?? KINDS.mixed)[0];
  foco.kindSign = (kind) => (KINDS[kind] ?? KINDS.mixed)[1];
  foco.kindOrder = Object.keys(KINDS);

  /** Red, green and blue of a level from 0 to 255. */
  foco.levelColour = (level) => steps[level];
  foco.levelText = (level) => `rgb(${steps[level].join(",")})`;

  /** Level of a value on a logarithmic or linear scale. */
  foco.scaleOf = (least, most, log) => {
    const scale = log ? d3.scaleLog([least, most], [0, 255]).clamp(true) : d3.scaleLinear([least, most], [0, 255]).clamp(true);
    const level = (value) => (Number.isNaN(value) ? 0 : Math.round(scale(log ? Math.max(least, value) : value)));
    return { level, least, most, log, scale };
  };

  /** A bar of the palette with numbers, to be read beside a picture. */
  foco.legend = (pen, scale, x, y, width, title, format, ink) => {
    const strips = 64;
    for (let i = 0; i < strips; i++) {
      pen.rect(x + (i * width) / strips, y, width / strips + 0.6, 9, foco.levelText(Math.round((i * 255) / (strips - 1))));
    }
    const values = scale.log ? d3.scaleLog([scale.least, scale.most], [0, 1]) : d3.scaleLinear([scale.least, scale.most], [0, 1]);
    const ticks = scale.log ? [scale.least, Math.sqrt(scale.least * scale.most), scale.most] : [scale.least, (scale.least + scale.most) / 2, scale.most];
    ticks.forEach((tick, i) => {
      pen.text(x + values(tick) * width, y + 21, format(tick), { size: 11, fill: ink, anchor: ["start", "middle", "end"][i] });
    });
    pen.text(x, y - 5, title, { size: 11, fill: ink });
  };

  /** The colours of the page's theme, for what is drawn. */
  foco.inks = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return {
      ink: of("--ink"), soft: of("--soft"), line: of("--line"), panel: of("--panel"),
      accent: of("--accent"), second: of("--second"), band: of("--band"), mark: of("--mark"),
    };
  };
})();
