"use strict";
/* The map of sections: rows attend, columns are attended to. Both sides are the document, in tokens. */
(() => {
  const LEFT = 74;
  const TOP = 8;
  const BOTTOM = 88;
  const RIGHT = 10;

  /** Which sections or paragraphs the rows stand for, by the choice or by how far one has zoomed in. */
  function levelNow() {
    const { maps, section } = foco.book.facts;
    if (foco.state.level !== "auto") {
      return maps[foco.state.level] ? foco.state.level : Object.keys(maps)[0];
    }
    const few = section.first.length < 4 || foco.state.to - foco.state.from < foco.book.n / 3;
    const finer = maps.paragraph && (!maps.section || maps.paragraph.ends.length > maps.section.ends.length);
    return finer && (few || !maps.section) ? "paragraph" : maps.section ? "section" : "paragraph";
  }

  function stretchText(level, cell) {
    const run = foco.book.facts.maps[level].run;
    if (run === 1) {
      if (level === "section" && foco.book.hasNamedSections()) {
        return foco.book.stretchName(level, cell);
      }
      const begins = foco.book.facts[level].title[cell];
      const number = foco.book.numbered("paragraph", cell);
      return begins ? `${number} “${foco.clipped(begins, 28)}”` : number;
    }
    const last = Math.min(foco.book.facts[level].first.length, (cell + 1) * run);
    return foco.t(level, { n: `${foco.whole(cell * run + 1)}–${foco.whole(last)}` });
  }

  class HeadMap {
    /** `which()` gives layer and head; `pictureBeside()` the picture of a map that is compared with it, or null. */
    constructor(which, name, pictureBeside) {
      this.which = which;
      this.down = null; // rows in view; null: as the columns
      this.picture = new foco.Picture({
        name, keyboard: true,
        draw: (...all) => this.draw(...all),
        caption: () => `${foco.t("map")}: ${foco.scopeName(...this.which())}. ${foco.t(foco.state.measure === "times" ? "measureTimes" : "measureShare")}, ${foco.t(levelNow() === "section" ? "levelSection" : "levelParagraph")}`,
        beside: pictureBeside,
        height: (width) => foco.clamp((width - LEFT - RIGHT) * 0.8, 180, 330) + TOP + BOTTOM,
      });
      this.listen();
    }

    load() {
      const level = levelNow();
      const [layer, head] = this.which();
      const turn = `${level}-${layer}-${head}`;
      if (this.turn !== turn) {
        this.turn = turn;
        foco.book.map(level, layer, head).then(
          (shares) => {
            if (this.turn === turn) {
              this.data = { level, shares, ends: foco.book.facts.maps[level].ends };
              this.data.times = this.times();
              this.data.most = d3.max(this.data.times);
              this.picture.redraw();
              this.beside.picture.redraw();
            }
          },
          (failure) => foco.tell(foco.t("failed", { what: failure.message })),
        );
      }
    }

    times() {
      const { shares, ends } = this.data;
      const cells = ends.length - 1;
      return shares.map((share, i) => {
        const key = i % cells;
        return (share * foco.book.n) / Math.max(1, ends[key + 1] - ends[key]);
      });
    }

    scale() {
      if (foco.state.measure !== "times") {
        return foco.scaleOf(0.001, 1, true);
      }
      const beside = foco.withHead() ? this.beside?.data : null;
      const most = Math.max(this.data.most, beside?.level === this.data.level ? beside.most : 0);
      const end = [2, 5, 10, 20, 50, 100, 200, 500].find((step) => step >= most) ?? 1000;
      return foco.scaleOf(1 / end, end, true);
    }

    axes(width, height) {
      const { from, to } = foco.state;
      const [top, bottom] = this.down ?? [from, to];
      return {
        x: d3.scaleLinear([from, to], [LEFT, width - RIGHT]),
        y: d3.scaleLinear([top, bottom], [TOP, height - BOTTOM]),
      };
    }

    draw(pen, width, height, inks) {
      if (!this.data) {
        pen.text(LEFT, 40, foco.t("loading"), { size: 13, fill: inks.soft });
        return;
      }
      const { x, y } = this.axes(width, height);
      pen.image(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM, this.pixels(x, y, width, height));
      pen.rect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM, null, inks.line);
      this.labels(pen, x, y, width, height, inks);
      this.marks(pen, x, y, inks, width, height);
      const scale = this.scale();
      const times = foco.state.measure === "times";
      foco.legend(pen, scale, LEFT, height - 30, Math.min(200, width - LEFT - RIGHT), foco.t(times ? "measureTimes" : "measureShare"), times ? foco.two : foco.percent, inks.soft);
    }

    /** The colour of each cell as a level of the palette; kept until the scale is another. */
    levels() {
      const { measure } = foco.state;
      const scale = this.scale();
      const of = `${measure} ${scale.most}`;
      if (this.data.levels?.of !== of) {
        const values = measure === "times" ? this.data.times : this.data.shares;
        this.data.levels = { of, each: Uint8Array.from(values, scale.level) };
      }
      return this.data.levels;
    }

    /** A canvas with a colour for each pixel, of the cell that it lies in; kept until what is in view is another. */
    pixels(x, y, width, height) {
      const ratio = Math.min(2, devicePixelRatio || 1);
      const across = Math.max(1, Math.round((width - LEFT - RIGHT) * ratio));
      const tall = Math.max(1, Math.round((height - TOP - BOTTOM) * ratio));
      const levels = this.levels();
      const of = [levels.of, across, tall, ...x.domain(), ...y.domain()].join(" ");
      if (this.data.pixels?.of !== of) {
        this.data.pixels = { of, canvas: this.coloured(levels.each, x, y, across, tall, ratio) };
      }
      return this.data.pixels.canvas;
    }

    coloured(levels, x, y, across, tall, ratio) {
      const { ends } = this.data;
      const cells = ends.length - 1;
      const cellOf = (token) => foco.clamp(d3.bisectRight(ends, token) - 1, 0, cells - 1);
      const columns = Int32Array.from({ length: across }, (_, i) => cellOf(x.invert(LEFT + (i + 0.5) / ratio)));
      const image = new ImageData(across, tall);
      const words = new Uint32Array(image.data.buffer);
      const colours = d3.range(256).map((level) => {
        const [r, g, b] = foco.levelColour(level);
        return (255 << 24) | (b << 16) | (g << 8) | r;
      });
      for (let j = 0; j < tall; j++) {
        const row = cellOf(y.invert(TOP + (j + 0.5) / ratio)) * cells;
        for (let i = 0; i < across; i++) {
          words[j * across + i] = colours[levels[row + columns[i]]];
        }
      }
      const canvas = document.createElement("canvas");
      canvas.width = across;
      canvas.height = tall;
      canvas.getContext("2d").putImageData(image, 0, 0);
      return canvas;
    }

    /** Names of sections where there is room, else token numbers. */
    labels(pen, x, y, width, height, inks) {
      const { section } = foco.book.facts;
      const base = height - BOTTOM;
      for (const tick of y.ticks(Math.max(2, Math.floor((base - TOP) / 60)))) {
        pen.path(`M${LEFT - 4},${y(tick)}h4`, { stroke: inks.soft });
        pen.text(LEFT - 7, y(tick) + 4, foco.whole(tick), { size: 11, fill: inks.soft, anchor: "end" });
      }
      for (const tick of x.ticks(Math.max(2, Math.floor((width - LEFT - RIGHT) / 90)))) {
        pen.path(`M${x(tick)},${base}v4`, { stroke: inks.soft });
        pen.text(x(tick), base + 16, foco.whole(tick), { size: 11, fill: inks.soft, anchor: "middle" });
      }
      pen.text((LEFT + width - RIGHT) / 2, base + 31, `${foco.t("mapAxisKeys")}, ${foco.t("tokens")}`, { size: 11, fill: inks.soft, anchor: "middle" });
      pen.text(12, (TOP + base) / 2, foco.t("mapAxisQueries"), { size: 11, fill: inks.soft, anchor: "middle", turn: -90 });
      if (section.first.length < 80) {
        for (const first of section.first.slice(1)) {
          if (y(first) > TOP && y(first) < base) {
            pen.path(`M${LEFT - 3},${y(first)}h3`, { stroke: inks.accent, width: 1.5 });
          }
          if (x(first) > LEFT && x(first) < width - RIGHT) {
            pen.path(`M${x(first)},${base}v3`, { stroke: inks.accent, width: 1.5 });
          }
        }
      }
    }

    /** The chosen cell, and the chosen token's row and column. */
    marks(pen, x, y, inks, width, height) {
      pen.clip(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM, () => {
        const chosen = this.cursor ?? foco.cellChosen(this.data.level);
        if (chosen) {
          const { ends } = this.data;
          const [query, key] = chosen;
          const box = [x(ends[key]), y(ends[query]), x(ends[key + 1]) - x(ends[key]), y(ends[query + 1]) - y(ends[query])];
          pen.rect(box[0] - 1, box[1] - 1, box[2] + 2, box[3] + 2, null, "#000");
          pen.rect(box[0] - 2, box[1] - 2, box[2] + 4, box[3] + 4, null, "#fff");
        }
      });
      const token = foco.state.token;
      if (token >= 0) {
        const base = height - BOTTOM;
        const mark = { fill: inks.mark, stroke: "#fff", width: 1 };
        if (y(token) >= TOP && y(token) <= base) {
          pen.path(`M${LEFT + 1},${y(token) - 6}l10,6l-10,6z`, mark);
        }
        if (x(token) >= LEFT && x(token) <= width - RIGHT) {
          pen.path(`M${x(token) - 6},${base - 1}l6,-10l6,10z`, mark);
        }
      }
    }

    cellAt(event) {
      if (!this.data) {
        return null;
      }
      const box = this.picture.canvas.getBoundingClientRect();
      const { x, y } = this.axes(box.width, box.height);
      const px = event.clientX - box.left;
      const py = event.clientY - box.top;
      if (px < LEFT || px > box.width - RIGHT || py < TOP || py > box.height - BOTTOM) {
        return null;
      }
      const { ends } = this.data;
      const cellOf = (token) => foco.clamp(d3.bisectRight(ends, token) - 1, 0, ends.length - 2);
      return [cellOf(y.invert(py)), cellOf(x.invert(px))];
    }

    words([query, key]) {
      const { level, shares, times, ends } = this.data;
      const at = query * (ends.length - 1) + key;
      return foco.t("mapCell", {
        query: stretchText(level, query), key: stretchText(level, key), share: foco.percent(shares[at]), times: foco.two(times[at]),
      });
    }

    zoom(factor, px, py) {
      const box = this.picture.canvas.getBoundingClientRect();
      const { x, y } = this.axes(box.width, box.height);
      const n = foco.book.n;
      const zoomed = (scale, at) => {
        const [a, b] = scale.domain();
        const centre = scale.invert(at);
        const length = foco.clamp((b - a) / factor, Math.min(n, 32), n);
        const from = foco.clamp(centre - ((centre - a) / (b - a)) * length, 0, n - length);
        return [from, from + length];
      };
      this.down = zoomed(y, py ?? (TOP + box.height - BOTTOM) / 2);
      const [from, to] = zoomed(x, px ?? (LEFT + box.width - RIGHT) / 2);
      this.settle(from, to);
    }

    /** Shows a part of the document across; rows follow when all is shown. */
    settle(from, to) {
      const n = foco.book.n;
      if (to - from >= n && (!this.down || this.down[1] - this.down[0] >= n)) {
        this.down = null;
      }
      foco.choose({ from: Math.round(from), to: Math.round(to) }, true);
      this.picture.redraw();
    }

    listen() {
      const canvas = this.picture.canvas;
      canvas.addEventListener("wheel", (event) => {
        if (this.cellAt(event)) {
          event.preventDefault();
          this.zoom(2 ** (-event.deltaY / 300), event.offsetX, event.offsetY);
        }
      }, { passive: false });
      let drag = null;
      canvas.addEventListener("pointerdown", (event) => {
        if (this.cellAt(event)) {
          drag = { x: event.clientX, y: event.clientY, moved: false };
          canvas.setPointerCapture(event.pointerId);
        }
      });
      canvas.addEventListener("pointermove", (event) => {
        const cell = this.cellAt(event);
        if (drag && (drag.moved || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 4)) {
          drag.moved = true;
          this.pan(event.clientX - drag.x, event.clientY - drag.y);
          drag.x = event.clientX;
          drag.y = event.clientY;
        } else {
          foco.tip(event, cell && this.words(cell));
        }
      });
      canvas.addEventListener("pointerleave", () => foco.tip(null));
      canvas.addEventListener("pointerup", (event) => {
        const cell = this.cellAt(event);
        if (drag && !drag.moved && cell) {
          this.pick(cell);
        }
        drag = null;
      });
      canvas.addEventListener("dblclick", () => this.all());
      canvas.addEventListener("keydown", (event) => this.key(event));
      canvas.addEventListener("blur", () => {
        this.cursor = null;
        this.picture.redraw();
      });
    }

    pan(dx, dy) {
      const box = this.picture.canvas.getBoundingClientRect();
      const { x, y } = this.axes(box.width, box.height);
      const n = foco.book.n;
      const moved = (scale, by) => {
        const [a, b] = scale.domain();
        const from = foco.clamp(scale.invert(scale(a) - by), 0, n - (b - a));
        return [from, from + b - a];
      };
      this.down = moved(y, dy);
      const [from, to] = moved(x, dx);
      this.settle(from, to);
    }

    all() {
      this.down = null;
      this.settle(0, foco.book.n);
    }

    pick([query, key]) {
      const { level, ends } = this.data;
      foco.choose({ cell: `${level}.${query}.${key}`, });
      foco.showText?.(ends[query]);
      foco.tell(this.words([query, key]));
    }

    key(event) {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!this.data) {
        return;
      }
      const most = this.data.ends.length - 2;
      if (step) {
        const [query, key] = this.cursor ?? foco.cellChosen(this.data.level) ?? [0, 0];
        this.cursor = [foco.clamp(query + step[0], 0, most), foco.clamp(key + step[1], 0, most)];
        foco.tell(this.words(this.cursor));
        this.picture.redraw();
      } else if (event.key === "Enter" && this.cursor) {
        this.pick(this.cursor);
      } else if (event.key === "+" || event.key === "=") {
        this.zoom(1.5);
      } else if (event.key === "-") {
        this.zoom(1 / 1.5);
      } else if (event.key === "0") {
        this.all();
      } else {
        return;
      }
      event.preventDefault();
    }
  }

  /** The chosen cell as [query, key], if it is of that level. */
  foco.cellChosen = (level) => {
    const [of, query, key] = foco.state.cell.split(".");
    return of === level ? [Number(query), Number(key)] : null;
  };

  foco.stretchText = stretchText;
  foco.withHead = () => {
    const [layer, head] = foco.state.with.split(".").map(Number);
    return foco.book.facts.layers.includes(layer) && (head === 0 || foco.book.facts.heads.includes(head)) ? [layer, head] : null;
  };

  foco.views.map = () => {
    if (Object.keys(foco.book.facts.maps ?? {}).length === 0) {
      return foco.panel("map", foco.t("map"), [], foco.el("p", { class: "hint" }, foco.t("mapNone")));
    }
    const first = new HeadMap(() => [foco.state.layer, foco.state.head], "map", () => (foco.withHead() ? second.picture : null));
    const second = new HeadMap(() => foco.withHead() ?? [foco.state.layer, foco.state.head], "map");
    first.beside = second; // so that both have one scale of colours
    second.beside = first;
    const names = [foco.el("h3"), foco.el("h3")];
    const beside = foco.el("div", { class: "beside" }, names[1], second.picture.box);
    const pair = foco.el("div", { class: "pair" }, foco.el("div", { class: "beside" }, names[0], first.picture.box), beside);
    const tools = foco.el("div", { class: "tools" });
    const show = () => {
      const other = foco.withHead();
      beside.hidden = !other;
      foco.fill(names[0], foco.scopeName(foco.state.layer, foco.state.head));
      if (other) {
        foco.fill(names[1], foco.scopeName(...other));
        second.load();
        second.picture.redraw();
      }
      first.load();
      first.picture.redraw();
    };
    const showTools = () => foco.fill(tools, scopeTools(), viewTools());
    foco.on(["layer", "head", "with", "level", "measure", "from", "to", "cell"], (changed) => {
      if (changed.some((name) => ["layer", "head", "with", "level", "measure"].includes(name))) {
        showTools();
      }
      show();
    });
    foco.on(["token"], () => [first, second].forEach((map) => map.picture.redraw()));
    show();
    showTools();
    const run = foco.book.facts.maps.paragraph?.run ?? 1;
    const hint = foco.t("mapHint") + (run > 1 ? ` (${foco.t("levelParagraph")}: ${foco.t("runOf", { run })})` : "");
    return foco.panel("map", foco.t("map"), first.picture.buttons(), tools, pair, foco.cellLinks(), foco.el("p", { class: "hint how" }, hint));
  };

  /** Which layer and head, and which beside it. */
  function scopeTools() {
    const { layers, heads } = foco.book.facts;
    const headNumbers = heads;
    const layerOptions = [["0", foco.t("all")], ...layers.map((layer) => [String(layer), String(layer)])];
    const headOptions = [["0", foco.t("mean")], ...headNumbers.map((head) => [String(head), String(head)])];
    const pairs = layers.flatMap((layer) => [
      [`${layer}.0`, foco.t("meanLayer", { layer })],
      ...headNumbers.map((head) => [`${layer}.${head}`, foco.t("headN", { layer, head })]),
    ]);
    return [
      foco.select(foco.t("layer"), layerOptions, foco.state.layer, (value) =>
        foco.choose({ layer: Number(value), head: value === "0" ? 0 : foco.state.head })),
      foco.select(foco.t("head"), foco.state.layer === 0 ? headOptions.slice(0, 1) : headOptions, foco.state.head, (value) =>
        foco.choose({ head: Number(value) })),
      foco.select(foco.t("compareWith"), [["", foco.t("none")], ...pairs], foco.state.with, (value) =>
        foco.choose({ with: value })),
    ];
  }

  function viewTools() {
    const { maps } = foco.book.facts;
    const levels = [["auto", foco.t("levelAuto")], ["section", foco.t("levelSection")], ["paragraph", foco.t("levelParagraph")]];
    return [
      foco.select(foco.t("measure"), [["times", foco.t("measureTimes")], ["share", foco.t("measureShare")]], foco.state.measure, (value) =>
        foco.choose({ measure: value })),
      foco.select(foco.t("level"), levels.filter(([key]) => key === "auto" || maps[key]), foco.state.level, (value) =>
        foco.choose({ level: value })),
    ];
  }
})();
