"use strict";
/* The atlas: a small picture of every head, layers down and heads across, with the sign of its kind. */
(() => {
  const GAP = 3;
  const LEFT = 30;
  const TOP = 18;
  const SIGN = 13;
  let pictures;

  function thumbnails() {
    const side = foco.book.facts.thumbnailSide;
    return new Map(
      Object.entries(foco.book.facts.thumbnails).map(([name, base64]) => {
        const levels = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const canvas = document.createElement("canvas");
        canvas.width = side;
        canvas.height = side;
        const pixels = new ImageData(side, side);
        levels.forEach((level, i) => pixels.data.set([...foco.levelColour(level), 255], 4 * i));
        canvas.getContext("2d").putImageData(pixels, 0, 0);
        return [name, canvas];
      }),
    );
  }

  /** Heads in the order chosen. */
  function ordered() {
    const heads = [...foco.book.heads.values()];
    const by = {
      layer: (h) => h.layer * 1e4 + h.head,
      entropy: (h) => h.entropy,
      distance: (h) => h.distance_absolute,
      kind: (h) => foco.kindOrder.indexOf(h.kind) * 1e7 + h.layer * 1e4 + h.head,
    }[foco.state.sort];
    return heads.sort((a, b) => by(a) - by(b));
  }

  /** Where each head's cell is. */
  function layout(width) {
    const { layers, heads: numbers } = foco.book.facts;
    const count = numbers.length;
    const grid = foco.state.sort === "layer";
    const across = grid ? count : Math.max(1, Math.min(count, 12));
    const cell = foco.clamp((width - LEFT) / across, 14, 64);
    const tall = cell + (cell >= 20 ? SIGN : 0);
    const cells = ordered().map((head, i) => ({
      head,
      x: LEFT + (grid ? numbers.indexOf(head.head) : i % across) * cell,
      y: TOP + (grid ? layers.indexOf(head.layer) : Math.floor(i / across)) * tall,
    }));
    const rows = grid ? layers.length : Math.ceil(cells.length / across);
    return { cells, cell, tall, across, rows, grid, height: TOP + rows * tall + 4 };
  }

  function draw(pen, width, height, inks) {
    pictures ??= thumbnails();
    const { cells, cell, tall, grid } = layout(width);
    const { layers } = foco.book.facts;
    const state = foco.state;
    if (grid) {
      foco.book.facts.heads.forEach((head, i) =>
        pen.text(LEFT + (i + 0.5) * cell, 12, String(head), { size: 11, fill: inks.soft, anchor: "middle" }),
      );
      layers.forEach((layer, i) =>
        pen.text(LEFT - 8, TOP + i * tall + cell / 2 + 4, String(layer), { size: 11, fill: inks.soft, anchor: "end" }),
      );
    }
    for (const { head, x, y } of cells) {
      const faded = state.kind && state.kind !== head.kind;
      const picture = pictures.get(`${head.layer}-${head.head}`);
      const side = cell - GAP;
      if (picture && !faded) {
        pen.image(x, y, side, side, picture);
      } else {
        pen.rect(x, y, side, side, inks.line);
      }
      if (cell >= 20 && !faded) {
        pen.rect(x, y + side, side, SIGN - 2, foco.kindColour(head.kind));
        pen.text(x + side / 2, y + side + SIGN - 4, grid ? foco.kindSign(head.kind) : `${head.layer}.${head.head}`, {
          size: grid ? 10 : 9, fill: foco.kindInk(head.kind), anchor: "middle", weight: "bold",
        });
      }
      if (state.layer === head.layer && (state.head === head.head || state.head === 0)) {
        const bottom = cell >= 20 ? side + SIGN - 2 : side;
        pen.rect(x - 1, y - 1, side + 2, bottom + 2, null, inks.ink);
        pen.rect(x - 2, y - 2, side + 4, bottom + 4, null, inks.mark);
      }
    }
  }

  /** What the colours and the signs stand for, in words. */
  function signs() {
    const { thumbnailLeast, thumbnailMost } = foco.book.facts;
    const kinds = new Set([...foco.book.heads.values()].map((head) => head.kind));
    const named = foco.kindOrder.filter((kind) => kinds.has(kind)).map((kind) => `${foco.kindSign(kind)} ${foco.kindName(kind)}`);
    return foco.t("atlasSigns", { least: foco.two(thumbnailLeast), most: foco.two(thumbnailMost), kinds: named.join(", ") });
  }

  foco.summary = (head) =>
    foco.t("headSummary", {
      name: foco.scopeName(head.layer, head.head),
      kind: foco.kindName(head.kind),
      spread: foco.two(Math.exp(head.entropy)),
      distance: foco.two(head.distance_absolute),
    });

  foco.views.atlas = () => {
    const told = foco.el("p", { class: "told", id: "atlas-told" });
    const picture = new foco.Picture({
      name: "atlas", draw, keyboard: true,
      caption: () => `${foco.t("atlasCaption")} ${signs()}`,
      height: (width) => layout(width).height,
    });
    const canvas = picture.canvas;
    const say = (head) => foco.fill(told, head ? foco.summary(head) : foco.t("atlasHint"));
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      const { cells, cell, tall } = layout(box.width);
      const x = event.clientX - box.left;
      const y = event.clientY - box.top;
      const found = cells.find((c) => x >= c.x && x < c.x + cell && y >= c.y && y < c.y + tall);
      if (found) {
        return found.head;
      }
      const row = Math.floor((y - TOP) / tall);
      return x < LEFT && row >= 0 && foco.state.sort === "layer" ? { layer: foco.book.facts.layers[row], head: 0 } : null;
    };
    const current = () => foco.book.heads.get(`${foco.state.layer}-${foco.state.head}`);
    canvas.addEventListener("pointermove", (event) => {
      const head = at(event);
      canvas.style.cursor = head ? "pointer" : "";
      say(head?.head ? head : current());
    });
    canvas.addEventListener("pointerleave", () => say(current()));
    canvas.addEventListener("click", (event) => {
      const head = at(event);
      if (head?.layer) {
        foco.choose(event.shiftKey && head.head ? { with: `${head.layer}.${head.head}` } : { layer: head.layer, head: head.head });
      }
    });
    canvas.setAttribute("aria-describedby", "atlas-told");
    canvas.addEventListener("keydown", (event) => {
      const { cells, across } = layout(canvas.clientWidth);
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
      if (step) {
        event.preventDefault();
        const order = cells.map((c) => c.head);
        const now = order.findIndex((h) => h.layer === foco.state.layer && h.head === foco.state.head);
        const next = order[foco.clamp(now + step, 0, order.length - 1)];
        foco.choose({ layer: next.layer, head: next.head });
        foco.tell(foco.summary(next));
      }
    });
    const sorts = [["layer", foco.t("sortLayer")], ["entropy", foco.t("sortEntropy")], ["distance", foco.t("sortDistance")], ["kind", foco.t("sortKind")]];
    const sort = foco.select(foco.t("sortBy"), sorts, foco.state.sort, (value) => foco.choose({ sort: value }));
    const kinds = foco.el("ul", { class: "kinds", "aria-label": foco.t("kinds") });
    const showKinds = () => {
      const counts = d3.rollup(foco.book.heads.values(), (all) => all.length, (head) => head.kind);
      foco.fill(
        kinds,
        foco.kindOrder.filter((kind) => counts.has(kind)).map((kind) => {
          const sign = foco.el("span", { class: "sign", "aria-hidden": "true" }, foco.kindSign(kind));
          sign.style.background = foco.kindColour(kind);
          sign.style.color = foco.kindInk(kind);
          const pressed = foco.state.kind === kind;
          return foco.el("li", {}, foco.el(
            "button",
            { type: "button", class: "kind", "aria-pressed": String(pressed), title: foco.t(`kindText.${kind}`), onclick: () => foco.choose({ kind: pressed ? "" : kind }) },
            sign, foco.kindName(kind), " ", foco.el("span", { class: "count" }, foco.whole(counts.get(kind))),
          ));
        }),
      );
    };
    foco.on(["layer", "head", "sort", "kind"], () => {
      sort.querySelector("select").value = foco.state.sort;
      showKinds();
      say(current());
      picture.redraw();
    });
    showKinds();
    say(current());
    const legend = new foco.Picture({
      name: "legend", caption: () => foco.t("measureTimes"), height: () => 42,
      draw: (pen, width, height, inks) => {
        const { thumbnailLeast, thumbnailMost } = foco.book.facts;
        foco.legend(pen, foco.scaleOf(thumbnailLeast, thumbnailMost, true), 0, 16, Math.min(220, width), foco.t("measureTimes"), foco.two, inks.soft);
      },
    });
    return foco.panel("atlas", foco.t("atlas"), [sort, picture.buttons()], picture.box, told, legend.box, kinds);
  };
})();
