"use strict";
/* How alike heads are: a square of all pairs, heads of one group beside each other. */
(() => {
  const LEFT = 44;
  const TOP = 8;
  const BOTTOM = 84;

  let order = [];
  let pairs = new Map();

  const name = (layer, head) => `${layer}.${head}`;

  function read() {
    const { columns, rows } = foco.book.facts.likeness;
    const at = Object.fromEntries(columns.map((column, i) => [column, i]));
    const groups = new Map();
    pairs = new Map();
    for (const row of rows) {
      const a = name(row[at.layer_a], row[at.head_a]);
      const b = name(row[at.layer_b], row[at.head_b]);
      const pair = { divergence: row[at.divergence], error: row[at.error] };
      pairs.set(`${a} ${b}`, pair);
      pairs.set(`${b} ${a}`, pair);
      groups.set(a, row[at.cluster_a]);
      groups.set(b, row[at.cluster_b]);
    }
    order = [...foco.book.heads.values()]
      .map((head) => ({ ...head, name: name(head.layer, head.head), group: groups.get(name(head.layer, head.head)) ?? 0 }))
      .sort((a, b) => a.group - b.group || a.layer - b.layer || a.head - b.head);
  }

  const scale = () => foco.scaleOf(0, 1, false);
  const sideOf = (width) => Math.min(width - LEFT - 12, 480) / order.length;

  function draw(pen, width, height, inks) {
    const side = sideOf(width);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = order.length;
    const image = new ImageData(order.length, order.length);
    order.forEach((a, i) =>
      order.forEach((b, j) => {
        const pair = pairs.get(`${a.name} ${b.name}`);
        // Bright is alike.
        image.data.set([...foco.levelColour(255 - scale().level(i === j ? 0 : pair?.divergence ?? 1)), 255], 4 * (i * order.length + j));
      }),
    );
    canvas.getContext("2d").putImageData(image, 0, 0);
    const total = side * order.length;
    pen.image(LEFT, TOP, total, total, canvas);
    const alone = (at) => order[at - 1]?.group !== order[at].group && order[at + 1]?.group !== order[at].group;
    order.forEach((head, i) => {
      // Around groups; lines around each of many heads that are alone would hide them.
      if (i > 0 && head.group !== order[i - 1].group && !(alone(i) && alone(i - 1))) {
        pen.path(`M${LEFT},${TOP + i * side}h${total}M${LEFT + i * side},${TOP}v${total}`, { stroke: "#fff", width: 2 });
        pen.path(`M${LEFT},${TOP + i * side}h${total}M${LEFT + i * side},${TOP}v${total}`, { stroke: "#000", width: 0.7 });
      }
      if (side >= 11 || i % Math.ceil(12 / side) === 0) {
        pen.text(LEFT - 5, TOP + (i + 0.5) * side + 4, head.name, { size: 10, fill: inks.soft, anchor: "end" });
        pen.text(LEFT + (i + 0.5) * side + 4, TOP + total + 6, head.name, { size: 10, fill: inks.soft, anchor: "end", turn: -90 });
      }
    });
    const chosen = order.findIndex((head) => head.layer === foco.state.layer && head.head === foco.state.head);
    if (chosen >= 0) {
      pen.rect(LEFT + 0.5, TOP + chosen * side + 0.5, total - 1, side - 1, null, inks.mark);
      pen.rect(LEFT + chosen * side + 0.5, TOP + 0.5, side - 1, total - 1, null, inks.mark);
    }
    legend(pen, height, inks);
  }

  /** From apart to alike, as the colours go. */
  function legend(pen, height, inks) {
    const width = 200;
    for (let i = 0; i < 64; i++) {
      pen.rect(LEFT + (i * width) / 64, height - 28, width / 64 + 0.6, 9, foco.levelText(Math.round(255 - (i * 255) / 63)));
    }
    pen.text(LEFT, height - 7, foco.t("likenessAlike"), { size: 11, fill: inks.soft });
    pen.text(LEFT + width, height - 7, foco.t("likenessApart"), { size: 11, fill: inks.soft, anchor: "end" });
    pen.text(LEFT + width + 8, height - 20, foco.t("entropyUnit"), { size: 11, fill: inks.soft });
  }

  foco.views.likeness = () => {
    if (!foco.book.facts.likeness || foco.book.facts.likeness.rows.length === 0) {
      return foco.panel("alike", foco.t("likeness"), [], foco.el("p", { class: "hint" }, foco.t("likenessNone")));
    }
    read();
    const told = foco.el("p", { class: "told line", role: "status" });
    const picture = new foco.Picture({
      name: "likeness", draw, keyboard: true,
      caption: () => `${foco.t("likeness")}. ${foco.t("likenessHint")}`,
      height: (width) => sideOf(width) * order.length + TOP + BOTTOM,
    });
    const canvas = picture.canvas;
    let cursor = [0, 0];
    const say = ([i, j]) => {
      const [a, b] = [order[i], order[j]];
      const pair = pairs.get(`${a.name} ${b.name}`);
      const names = { a: foco.scopeName(a.layer, a.head), b: foco.scopeName(b.layer, b.head) };
      foco.fill(told, i === j || !pair
        ? foco.t("likenessSame", names)
        : foco.t("likenessCell", { ...names, divergence: foco.bits(pair.divergence), error: pair.error < 0.005 ? foco.two(pair.error) : foco.bits(pair.error) }));
    };
    const pick = ([i, j]) => foco.choose({ layer: order[i].layer, head: order[i].head, with: i === j ? "" : order[j].name });
    const at = (event) => {
      const side = sideOf(canvas.clientWidth);
      const cell = [Math.floor((event.offsetY - TOP) / side), Math.floor((event.offsetX - LEFT) / side)];
      return cell.every((c) => c >= 0 && c < order.length) ? cell : null;
    };
    canvas.addEventListener("pointermove", (event) => {
      const cell = at(event);
      if (cell) {
        say(cell);
      }
    });
    canvas.addEventListener("click", (event) => at(event) && pick(at(event)));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (step) {
        cursor = cursor.map((c, i) => foco.clamp(c + step[i], 0, order.length - 1));
        say(cursor);
      } else if (event.key === "Enter") {
        pick(cursor);
      } else {
        return;
      }
      event.preventDefault();
    });
    foco.on(["layer", "head"], picture.redraw);
    return foco.panel("alike", foco.t("likeness"), picture.buttons(), foco.el("p", { class: "hint" }, foco.t("likenessHint")), picture.box, told);
  };
})();
