"use strict";
/* The text, of which only what is near the window is laid out. Shading is by ranges of text, so no markup is made. */
(() => {
  const BLOCK = 1400;
  const SHADES = 9;
  const AHEAD = 900;

  let view = null;

  /** Runs of the text to be laid out together: whole lines if they are short enough. */
  function blocksOf(text) {
    const blocks = [];
    let start = 0;
    while (start < text.length) {
      let end = Math.min(text.length, start + BLOCK);
      if (end < text.length) {
        const line = text.lastIndexOf("\n", end);
        const blank = text.lastIndexOf(" ", end);
        end = line > start ? line + 1 : blank > start + BLOCK / 2 ? blank + 1 : end;
        end = start + Math.max(1, uncut(text, start, end) - start);
      }
      blocks.push({ start, end });
      start = end;
    }
    return blocks.length ? blocks : [{ start: 0, end: 0 }];
  }

  /** Never within a character of several units. */
  function uncut(text, start, end) {
    let at = end;
    while (at < text.length && at < end + 64 && /[\udc00-\udfff\p{M}\u200d\ufe0f]/u.test(text.slice(at, at + 1)) ) {
      at++;
    }
    if (/[\udc00-\udfff]/.test(text[at] ?? "") && /[\ud800-\udbff]/.test(text[at - 1] ?? "")) {
      at++;
    }
    return at;
  }

  class TextView {
    constructor(pane) {
      this.pane = pane;
      this.blocks = blocksOf(foco.book.text);
      this.inner = foco.el("div", { class: "text-inner", dir: "auto" });
      pane.append(this.inner);
      this.shown = new Map();
      this.refresh = foco.soon(() => this.show());
      pane.addEventListener("scroll", this.refresh, { passive: true });
      this.width = 0;
      new ResizeObserver(() => {
        if (pane.clientWidth !== this.width && pane.clientWidth > 0) {
          this.width = pane.clientWidth;
          this.guess();
        }
        this.refresh();
      }).observe(pane);
    }

    /** Heights before they are measured: by letters, and by line breaks. */
    guess() {
      const across = Math.max(10, (this.width - 24) / 8.1);
      const keep = this.anchor();
      for (const block of this.blocks) {
        const lines = foco.book.text.slice(block.start, block.end).split("\n");
        block.height = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / across)), block.end < foco.book.text.length ? -1 : 0) * 25.6;
        block.height = Math.max(25.6, block.height);
        block.measured = false;
      }
      this.stack();
      if (keep !== null) {
        this.pane.scrollTop = this.topOf(keep);
      }
    }

    stack() {
      let top = 0;
      for (const block of this.blocks) {
        block.top = top;
        top += block.height;
      }
      this.inner.style.height = `${top}px`;
      for (const [block, element] of this.shown) {
        element.style.transform = `translateY(${block.top}px)`;
      }
    }

    /** The first letter in the window. */
    anchor() {
      const top = this.pane.scrollTop;
      const block = this.blocks.find((b) => b.top !== undefined && b.top + b.height > top);
      return block && top > 0 ? block.start : null;
    }

    blockAt(offset) {
      const at = d3.bisector((block) => block.start).right(this.blocks, offset) - 1;
      return this.blocks[Math.max(0, at)];
    }

    topOf(offset) {
      return this.blockAt(offset).top ?? 0;
    }

    show() {
      if (this.width === 0) {
        return;
      }
      const top = this.pane.scrollTop - AHEAD;
      const bottom = this.pane.scrollTop + this.pane.clientHeight + AHEAD;
      const first = foco.clamp(d3.bisector((block) => block.top).right(this.blocks, top) - 1, 0, this.blocks.length - 1);
      const wanted = new Set();
      for (let i = first; i < this.blocks.length && this.blocks[i].top < bottom; i++) {
        wanted.add(this.blocks[i]);
      }
      for (const [block, element] of this.shown) {
        if (!wanted.has(block)) {
          element.remove();
          this.shown.delete(block);
        }
      }
      for (const block of wanted) {
        if (!this.shown.has(block)) {
          const element = foco.el("div", { class: "block" }, foco.book.text.slice(block.start, block.end));
          element.style.transform = `translateY(${block.top}px)`;
          this.inner.append(element);
          this.shown.set(block, element);
        }
      }
      this.measure();
      this.shade();
      foco.tellWhere?.(this.topToken());
    }

    /** The token at the top of the window. */
    topToken() {
      const box = this.pane.getBoundingClientRect();
      const token = this.tokenAt(box.left + 24, box.top + 14);
      return token >= 0 ? token : this.firstToken();
    }

    /** Puts real heights in place of guesses, without moving what is read. */
    measure() {
      let above = 0;
      let changed = false;
      for (const [block, element] of this.shown) {
        if (!block.measured) {
          const height = element.offsetHeight;
          if (Math.abs(height - block.height) > 0.5) {
            above += block.top + block.height <= this.pane.scrollTop ? height - block.height : 0;
            block.height = height;
            changed = true;
          }
          block.measured = true;
        }
      }
      if (changed) {
        this.stack();
        if (above !== 0) {
          this.pane.scrollTop += above;
        }
      }
    }

    firstToken() {
      const block = this.blocks.find((b) => b.top + b.height > this.pane.scrollTop);
      return block ? foco.book.tokenAt(block.start) : 0;
    }

    /** A range of the page's text for a token that is laid out; null if it is not. */
    rangeOf(token) {
      const start = foco.book.starts[token];
      const end = foco.book.ends[token];
      const block = this.blockAt(start);
      const node = this.shown.get(block)?.firstChild;
      if (!node || end <= start) {
        return null;
      }
      const range = document.createRange();
      range.setStart(node, start - block.start);
      range.setEnd(node, Math.min(end, block.end) - block.start);
      return range;
    }

    /** Tokens that are laid out. */
    visible() {
      const { spelled, starts } = foco.book;
      const bisect = d3.bisector((i) => starts[i]);
      return [...this.shown.keys()].flatMap((block) =>
        Array.from(spelled.subarray(bisect.left(spelled, block.start), bisect.left(spelled, block.end))),
      );
    }

    async shade() {
      if (!window.CSS?.highlights) {
        return;
      }
      this.mark();
      const { layer, head } = foco.state;
      const shade = foco.shadeNow();
      const turn = (this.turn = {});
      const tokens = this.visible();
      if (shade === "none" || tokens.length === 0) {
        this.colour(tokens, () => -1);
        return;
      }
      try {
        const value = await this.values(shade, layer, head, tokens);
        if (this.turn === turn) {
          const scale = foco.shadeScale(shade);
          this.colour(tokens, (token) => Math.min(SHADES - 1, Math.floor((scale.level(value(token)) / 256) * SHADES)));
        }
      } catch (failure) {
        foco.tell(foco.t("failed", { what: failure.message }));
      }
    }

    async values(shade, layer, head, tokens) {
      if (shade === "rollout") {
        const values = await foco.book.rollout(foco.rolloutChunk());
        return (token) => values[token];
      }
      const size = foco.book.facts.range;
      const ranges = [...new Set(tokens.map((token) => foco.book.range(token)))];
      const parts = new Map(await Promise.all(ranges.map(async (range) => [range, await foco.book.values(layer, head, range)])));
      return (token) => parts.get(foco.book.range(token))[shade][token % size];
    }

    colour(tokens, shadeOf) {
      const shades = d3.range(SHADES).map(() => new Highlight());
      for (const token of tokens) {
        const shade = shadeOf(token);
        const range = shade > 0 ? this.rangeOf(token) : null;
        if (range) {
          shades[shade].add(range);
        }
      }
      shades.forEach((shade, i) => CSS.highlights.set(`shade-${i}`, shade));
    }

    /** The chosen token, what it attends to, and words that were searched. */
    mark() {
      if (!window.CSS?.highlights) {
        return;
      }
      const set = (name, tokens) => {
        const highlight = new Highlight(...tokens.map((token) => this.rangeOf(token)).filter(Boolean));
        highlight.priority = name === "chosen" ? 3 : 2;
        CSS.highlights.set(name, highlight);
      };
      set("found", (foco.foundTokens ?? []).filter((token) => this.isShown(token)));
      set("linked", foco.linkedTokens ?? []);
      set("chosen", foco.state.token >= 0 ? [foco.state.token] : []);
    }

    isShown(token) {
      return this.shown.has(this.blockAt(foco.book.starts[token]));
    }

    /** Shows a token in the window, a third from the top. */
    async reveal(token) {
      if (this.width === 0) {
        this.late = token;
        return;
      }
      for (let turn = 0; turn < 3; turn++) {
        const box = this.rangeOf(token)?.getBoundingClientRect() ?? null;
        const pane = this.pane.getBoundingClientRect();
        if (box && box.height > 0) {
          if (box.top >= pane.top + 20 && box.bottom <= pane.bottom - 20) {
            return;
          }
          this.pane.scrollTop += box.top - pane.top - pane.height / 3;
        } else {
          const block = this.blockAt(foco.book.starts[token]);
          const part = (foco.book.starts[token] - block.start) / Math.max(1, block.end - block.start);
          this.pane.scrollTop = block.top + part * block.height - pane.height / 3;
        }
        this.show();
        if (foco.book.ends[token] <= foco.book.starts[token]) {
          return;
        }
      }
    }

    /** The token under a point of the page. */
    tokenAt(x, y) {
      const caret = document.caretPositionFromPoint
        ? document.caretPositionFromPoint(x, y)
        : ((range) => range && { offsetNode: range.startContainer, offset: range.startOffset })(document.caretRangeFromPoint?.(x, y));
      if (!caret) {
        return -1;
      }
      for (const [block, element] of this.shown) {
        if (element.contains(caret.offsetNode)) {
          const offset = block.start + caret.offset;
          const token = foco.book.tokenAt(offset);
          const near = [token, token - 1].find((t) => t >= 0 && this.covers(t, x, y));
          return near ?? token;
        }
      }
      return -1;
    }

    covers(token, x, y) {
      const boxes = this.rangeOf(token)?.getClientRects() ?? [];
      return [...boxes].some((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
    }
  }

  /** What shades: rollout only where it was computed. */
  foco.shadeNow = () => (foco.state.shade === "rollout" && foco.book.facts.rollout.length === 0 ? "received" : foco.state.shade);

  /** How values become shades. */
  foco.shadeScale = (shade) => {
    if (shade === "entropy") {
      return foco.scaleOf(0, Math.max(1, Math.log2(foco.book.n)), false);
    }
    return shade === "rollout" ? foco.scaleOf(1e-6, 0.1, true) : foco.scaleOf(0.25, 64, true);
  };

  foco.showText = (token) => view?.reveal(foco.clamp(token, 0, foco.book.n - 1));
  foco.markText = () => view?.mark();

  foco.views.text = () => {
    const pane = foco.el("div", { class: "text", tabindex: "0", role: "region", "aria-label": foco.t("textLabel") });
    const where = foco.el("p", { class: "where" });
    view = new TextView(pane);
    foco.tellWhere = (token) => foco.fill(where, `${foco.book.where(token)} · ${foco.t("position", { n: foco.whole(token) })}\u00a0/\u00a0${foco.whole(foco.book.n)}`);
    const shades = [["received", foco.t("shadeReceived")], ["entropy", foco.t("shadeEntropy")], ["none", foco.t("shadeNone")]];
    if (foco.book.facts.rollout.length > 0) {
      shades.splice(2, 0, ["rollout", foco.t("shadeRollout")]);
    }
    const shade = foco.select(foco.t("shade"), shades, foco.shadeNow(), (value) => foco.choose({ shade: value }));
    const legend = shadeLegend();
    foco.on(["shade", "layer", "head", "choice"], () => {
      shade.querySelector("select").value = foco.shadeNow();
      legend.redraw();
      view.shade();
    });
    foco.on(["token"], () => {
      view.mark();
      if (foco.state.token >= 0) {
        view.reveal(foco.state.token);
      }
    });
    let down = null;
    pane.addEventListener("pointerdown", (event) => (down = [event.clientX, event.clientY]));
    pane.addEventListener("click", (event) => {
      if (down && Math.hypot(event.clientX - down[0], event.clientY - down[1]) < 5) {
        const token = view.tokenAt(event.clientX, event.clientY);
        if (token >= 0) {
          foco.choose({ token });
        }
      }
    });
    pane.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const now = foco.state.token >= 0 ? foco.state.token : view.topToken() - 1;
      if (step) {
        const next = foco.clamp(now + step, 0, foco.book.n - 1);
        foco.choose({ token: next }, true);
        foco.tell(foco.t("selected", { token: foco.book.shortLabel(next), n: foco.whole(next) }));
      } else if (event.key === "Enter") {
        foco.followFirst?.();
      } else {
        return;
      }
      event.preventDefault();
    });
    if (foco.state.token >= 0) {
      setTimeout(() => view.reveal(foco.state.token), 50);
    }
    const notes = [foco.book.facts.madeUp ? foco.el("p", { class: "hint" }, foco.t("madeUp")) : null];
    if (!window.CSS?.highlights) {
      notes.push(foco.el("p", { class: "hint" }, foco.t("shadeUnsupported")));
    }
    return foco.panel("text", foco.t("text"), [shade], notes, foco.el("div", { class: "reading" }, legend.box, where), pane);
  };

  function shadeLegend() {
    const picture = new foco.Picture({
      name: "shade", height: () => (foco.state.shade === "none" ? 0 : 40),
      caption: () => foco.t({ entropy: "shadeLegendEntropy", rollout: "shadeLegendRollout" }[foco.shadeNow()] ?? "shadeLegend"),
      draw: (pen, width, height, inks) => {
        const shade = foco.shadeNow();
        if (shade === "none") {
          return;
        }
        const scale = foco.shadeScale(shade);
        const style = getComputedStyle(document.documentElement);
        const wide = Math.min(230, width);
        for (let i = 0; i < SHADES; i++) {
          pen.rect((i * wide) / SHADES, 16, wide / SHADES, 9, i === 0 ? inks.panel : style.getPropertyValue(`--shade-${i}`).trim(), inks.line);
        }
        const title = foco.t({ entropy: "shadeLegendEntropy", rollout: "shadeLegendRollout" }[shade] ?? "shadeLegend");
        const format = shade === "rollout" ? foco.percent : foco.two;
        pen.text(0, 11, title, { size: 11, fill: inks.soft });
        const middle = scale.log ? Math.sqrt(scale.least * scale.most) : (scale.least + scale.most) / 2;
        [[0, scale.least, "start"], [wide / 2, middle, "middle"], [wide, scale.most, "end"]].forEach(([x, value, anchor]) =>
          pen.text(x, 37, format(value), { size: 11, fill: inks.soft, anchor }),
        );
      },
    });
    return picture;
  }
})();
