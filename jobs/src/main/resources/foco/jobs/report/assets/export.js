"use strict";
/* A picture: a canvas that is drawn again when it is resized, and can be saved with its caption and settings. */
(() => {
  const LINE = 17;
  /** Of a picture on paper. */
  const PAPER_WIDTH = 680;
  const PAPER_RATIO = 3;

  /** Those of the page as it is built. */
  const pictures = new Set();

  /** Paper is white, whatever the theme: does something in the light colours. */
  function inLight(action) {
    const root = document.documentElement;
    const theme = root.dataset.theme;
    root.dataset.theme = "light";
    try {
      return action();
    } finally {
      root.dataset.theme = theme;
    }
  }

  addEventListener("beforeprint", () => inLight(() => pictures.forEach((picture) => picture.drawNow(PAPER_WIDTH, PAPER_RATIO))));
  addEventListener("afterprint", () => pictures.forEach((picture) => picture.drawNow()));

  /** Before the page is built again. */
  foco.forgetPictures = () => pictures.clear();

  /**
   * `draw(pen, width, height, inks)` draws it; `caption()` says in words what is shown, for the file and for those who
   * cannot see it; `height(width)` is how tall it is; `beside()` gives a picture that a file has to its right, if there is one.
   */
  foco.Picture = class {
    constructor({ name, draw, caption, height, keyboard, beside = () => null }) {
      Object.assign(this, { name, draw, caption, height, beside });
      this.canvas = foco.el("canvas", { role: "img", ...(keyboard ? { tabindex: "0" } : {}) });
      this.box = foco.el("div", { class: "picture" }, this.canvas);
      this.redraw = foco.soon(() => this.drawNow());
      new ResizeObserver(this.redraw).observe(this.box);
      pictures.add(this);
    }

    drawNow(width = this.box.clientWidth, ratio = devicePixelRatio || 1) {
      if (width < 20) {
        return;
      }
      const height = Math.round(this.height(width));
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.height = `${height}px`;
      this.canvas.setAttribute("aria-label", this.caption());
      const context = this.canvas.getContext("2d");
      context.scale(ratio, ratio);
      this.draw(new foco.CanvasPen(context), width, height, foco.inks());
      this.canvas.dispatchEvent(new Event("drawn", { bubbles: true }));
    }

    /** Buttons that save it. */
    buttons() {
      return ["png", "svg"].map((form) =>
        foco.el(
          "button",
          {
            class: "quiet save", type: "button",
            "aria-label": foco.t("save", { what: foco.t(this.name), form: foco.t(form) }),
            onclick: () => this.save(form),
          },
          foco.t(form),
        ),
      );
    }

    async save(form) {
      const blob = form === "svg" ? new Blob([this.svg()], { type: "image/svg+xml" }) : await this.png();
      const url = URL.createObjectURL(blob);
      const link = foco.el("a", { href: url, download: `${this.fileName()}.${form}` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }

    fileName() {
      const state = foco.state;
      const other = this.beside() ? `-beside-${state.with}` : "";
      return `${this.name}-layer${state.layer}-head${state.head}${other}`;
    }

    /** For a file: what is shown, of which document, made how. */
    lines(width) {
      const { title, analysis } = foco.book.facts;
      const made = [title, analysis.model?.name, `Foco ${analysis.foco ?? ""}`.trim(), location.hash || "#"].filter(Boolean).join(" · ");
      const other = this.beside();
      const captions = other ? [foco.t("onLeft", { what: this.caption() }), foco.t("onRight", { what: other.caption() })] : [this.caption()];
      return [...captions, made].flatMap((line) => foco.wrapped(line, width - 16, 11));
    }

    /** With the lines below it, on white; `penOf(width, height)` makes the pen. */
    paint(penOf) {
      return inLight(() => {
        const pictures = [this, this.beside()].filter(Boolean);
        const across = Math.max(640, this.box.clientWidth);
        const width = across * pictures.length;
        const height = Math.round(this.height(across));
        const lines = this.lines(width);
        const whole = height + 12 + LINE * lines.length;
        const inks = foco.inks();
        const pen = penOf(width, whole);
        pen.rect(0, 0, width, whole, inks.panel);
        pictures.forEach((picture, i) => pen.moved(i * across, 0, () => picture.draw(pen, across, height, inks)));
        lines.forEach((line, i) => pen.text(8, height + 18 + LINE * i, line, { size: 11, fill: inks.soft }));
        return pen;
      });
    }

    svg() {
      let size = [];
      const pen = this.paint((...all) => {
        size = all;
        return new foco.SvgPen();
      });
      return pen.toString(...size);
    }

    png() {
      const canvas = document.createElement("canvas");
      this.paint((width, height) => {
        const scale = 2;
        canvas.width = width * scale;
        canvas.height = height * scale;
        const context = canvas.getContext("2d");
        context.scale(scale, scale);
        return new foco.CanvasPen(context);
      });
      return new Promise((resolve) => canvas.toBlob(resolve));
    }
  };

  /** A panel of the page: a heading, tools beside it, and what it holds. */
  foco.panel = (name, title, tools, ...children) =>
    foco.el(
      "section",
      { class: "panel", id: `panel-${name}`, "aria-labelledby": `title-${name}` },
      foco.el("header", {}, foco.el("h2", { id: `title-${name}` }, title), foco.el("div", { class: "tools" }, tools)),
      ...children,
    );

  /** A choice among a few, with its label. */
  foco.select = (label, options, value, onchange) => {
    const select = foco.el(
      "select",
      { onchange: () => onchange(select.value) },
      options.map(([key, text]) => foco.el("option", { value: key }, text)),
    );
    select.value = String(value);
    return foco.el("label", { class: "choice" }, foco.el("span", {}, label), select);
  };

  /** While something is loaded: says so, and says what failed. */
  foco.whenLoaded = async (element, promise, show) => {
    const turn = (element.turn = (element.turn ?? 0) + 1);
    const late = setTimeout(() => element.turn === turn && foco.fill(element, foco.el("p", { class: "hint" }, foco.t("loading"))), 150);
    try {
      const value = await promise;
      if (element.turn === turn) {
        show(value);
      }
    } catch (failure) {
      if (element.turn === turn) {
        foco.fill(element, foco.el("p", { class: "failed", role: "alert" }, foco.t("failed", { what: failure.message })));
      }
    } finally {
      clearTimeout(late);
    }
  };
})();
