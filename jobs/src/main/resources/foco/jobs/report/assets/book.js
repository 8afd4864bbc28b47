"use strict";
/* The document and what is known of it: text, tokens, sections, and the tables of heads. */
(() => {
  const SNIPPET = 30;
  /** Characters that are shown of a token; a line without a blank may be one. */
  const WORD = 60;

  class Book {
    constructor(facts, text, tokens) {
      this.facts = facts;
      this.text = text;
      this.n = facts.tokens;
      const planes = new foco.Planes(tokens);
      const gaps = planes.ints(this.n);
      const lengths = planes.ints(this.n);
      this.kinds = planes.bytes(this.n);
      this.starts = new Int32Array(this.n);
      this.ends = new Int32Array(this.n);
      let end = 0;
      for (let i = 0; i < this.n; i++) {
        this.starts[i] = end + gaps[i];
        end = this.starts[i] + lengths[i];
        this.ends[i] = end;
      }
      // Tokens that have letters in the text, by where they start.
      this.spelled = Int32Array.from({ length: this.n }, (_, i) => i).filter((i) => this.ends[i] > this.starts[i]);
      this.spelled.sort((a, b) => this.starts[a] - this.starts[b]);
      const columns = facts.headTable.columns;
      this.heads = new Map(
        facts.headTable.rows.map((row) => {
          const head = Object.fromEntries(columns.map((name, i) => [name, row[i]]));
          return [`${head.layer}-${head.head}`, head];
        }),
      );
    }

    isSpecial(token) {
      return (this.kinds[token] & 1) !== 0;
    }

    /** As the text spells it, or as the vocabulary does where the text has no letters for it. */
    label(token) {
      return this.facts.labels[token] ?? this.text.slice(this.starts[token], this.ends[token]);
    }

    /** A label that is not too long to be shown. */
    shortLabel(token) {
      return clipped(this.label(token), WORD);
    }

    /** The whole word that a token is a piece of. */
    wordAt(token) {
      const letter = /[\p{L}\p{N}\p{M}]/u;
      let [from, to] = [this.starts[token], this.ends[token]];
      while (from > 0 && letter.test(this.text[from - 1]) && letter.test(this.text[from])) {
        from--;
      }
      while (to < this.text.length && letter.test(this.text[to]) && letter.test(this.text[to - 1])) {
        to++;
      }
      return to > from ? clipped(this.text.slice(from, to), WORD) : this.shortLabel(token);
    }

    /** The token at an offset of the text, or the one before. */
    tokenAt(offset) {
      const at = d3.bisector((i) => this.starts[i]).right(this.spelled, offset) - 1;
      return this.spelled[Math.max(0, at)] ?? 0;
    }

    /** The letters around tokens: before, the tokens themselves, after; line breaks become signs. */
    snippet(token, last = token) {
      const start = this.starts[token];
      const end = this.ends[last];
      const clean = (text) => text.replace(/\s*\n\s*/g, " ¶ ").replace(/\s+/g, " ");
      const whole = (from, to) => clean(this.text.slice(...this.uncut(from, to)));
      const label = this.facts.labels[token];
      const gap = label ? " " : "";
      const from = this.wordEnd(start, -1);
      const to = this.wordEnd(end, 1);
      return [
        (from > 0 ? "…" : "") + whole(from, start).trimStart() + gap,
        clipped(label ?? clean(this.text.slice(start, end)), WORD),
        gap + whole(end, to).trimEnd() + (to < this.text.length ? "…" : ""),
      ];
    }

    /** Where a snippet ends, before or after an offset: between words, unless a word is very long. */
    wordEnd(offset, step) {
      const far = foco.clamp(offset + step * SNIPPET, 0, this.text.length);
      for (let at = far; step * (at - offset) > SNIPPET / 2; at -= step) {
        if (at === 0 || at === this.text.length || /\s/.test(this.text[step < 0 ? at - 1 : at])) {
          return at;
        }
      }
      return far;
    }

    /** Moves ends inward from within a character of two units, or before a mark that belongs to one before. */
    uncut(from, to) {
      while (from < to && /[\udc00-\udfff\p{M}‍]/u.test(this.text[from])) {
        from++;
      }
      if (to > from && to < this.text.length && /[\udc00-\udfff]/.test(this.text[to])) {
        to--;
      }
      return [from, to];
    }

    /** The number of the section or paragraph that a token is in. */
    stretchOf(level, token) {
      return Math.max(0, d3.bisectRight(this.facts[level].first, token) - 1);
    }

    stretchName(level, number) {
      const title = this.facts[level].title[number];
      return title ? clipped(title, 48) : this.numbered(level, number);
    }

    numbered(level, number) {
      const { paragraphs, paragraph_rows: rows } = this.facts.analysis.sections ?? {};
      const several = level === "paragraph" && rows < paragraphs;
      return foco.t(several ? "paragraphs" : level, { n: foco.whole(number + 1) });
    }

    /** Whether sections have names of their own; a paragraph's is only how it begins. */
    hasNamedSections() {
      return this.facts.section.first.length > 1 && this.facts.analysis.sections?.kind !== "paragraphs";
    }

    /** Of a token: its section if the text has several, or its paragraph. */
    where(token) {
      return this.hasNamedSections()
        ? this.stretchName("section", this.stretchOf("section", token))
        : this.numbered("paragraph", this.stretchOf("paragraph", token));
    }

    range(token) {
      return Math.floor(token / this.facts.range);
    }

    rows(range) {
      return Math.min(this.facts.range, this.n - range * this.facts.range);
    }

    /** Heads that a choice stands for, as pairs. */
    members(layer, head) {
      if (layer !== 0 && head !== 0) {
        return [[layer, head]];
      }
      const layers = layer === 0 ? this.facts.layers : [layer];
      return layers.flatMap((l) => this.facts.heads.map((h) => [l, h]));
    }

    /** Entropy (bits), received and distance of a range of tokens. */
    values(layer, head, range) {
      return foco.load(`values-${layer}-${head}-${range}`, (raw) => {
        const planes = new foco.Planes(raw);
        const rows = this.rows(range);
        return {
          entropy: Float32Array.from(planes.shorts(rows), (v) => (v === 0xffff ? NaN : v / 100)),
          received: Float64Array.from(planes.shorts(rows), foco.figure),
          distance: Float64Array.from(planes.shorts(rows), foco.figure),
        };
      });
    }

    async valuesOf(layer, head, token) {
      const range = this.range(token);
      const all = await this.values(layer, head, range);
      const at = token - range * this.facts.range;
      return { entropy: all.entropy[at], received: all.received[at], distance: all.distance[at] };
    }

    /** Links of one token: [{other, weight, layer, head}], heaviest first. `kind` is keys or queries. */
    async linksOf(kind, layer, head, token, most = this.facts.links) {
      if (!this.facts.has[kind]) {
        return [];
      }
      const range = Math.floor(token / this.facts.linkRange);
      const row = token - range * this.facts.linkRange;
      const layers = layer === 0 ? this.facts.layers : [layer];
      const all = await Promise.all(
        layers.map(async (l) => {
          const heads = await this.links(kind, l, range);
          return (head === 0 ? this.facts.heads : [head]).flatMap((h) =>
            (heads.get(h)?.(row) ?? []).map((link) => ({ ...link, layer: l, head: h })));
        }),
      );
      return all.flat().sort((a, b) => b.weight - a.weight).slice(0, head === 0 ? 2 * most : most);
    }

    /** For each head of a layer a function from a row of a range to its links; see RangeChunks.java. */
    links(kind, layer, range) {
      return foco.load(`${kind}-${layer}-${range}`, (raw) => {
        const first = range * this.facts.linkRange;
        const rows = Math.min(this.facts.linkRange, this.n - first);
        const planes = new foco.Planes(raw);
        const heads = new Map();
        while (!planes.isAtEnd()) {
          const head = planes.number();
          heads.set(head, linksOf(planes.bytes(planes.number()), first, rows));
        }
        return heads;
      });
    }

    /** Curves of runs: for each of entropy, received, distance its least, mean and most. */
    curves(layer, head) {
      return foco.load(`curve-${layer}-${head}`, (raw) => {
        const planes = new foco.Planes(raw);
        const three = () => ({
          least: planes.floats(this.facts.runs),
          mean: planes.floats(this.facts.runs),
          most: planes.floats(this.facts.runs),
        });
        return { entropy: three(), received: three(), distance: three() };
      });
    }

    /** Shares of each row of a map. */
    map(level, layer, head) {
      return foco.load(`${level}-${layer}-${head}`, (raw) => {
        const cells = this.facts.maps[level].ends.length - 1;
        const planes = new foco.Planes(raw);
        return level === "section"
          ? planes.floats(cells * cells)
          : Float32Array.from(planes.shorts(cells * cells), foco.figure);
      });
    }

    /** The strongest links of a head. */
    strongest(layer, head) {
      return foco.load(`links-${layer}-${head}`, (raw) => {
        const planes = new foco.Planes(raw);
        const count = raw.length / 12;
        const queries = planes.ints(count);
        const keys = planes.ints(count);
        const weights = planes.floats(count);
        return d3.range(count).map((i) => ({ query: queries[i], key: keys[i], weight: weights[i], rank: i + 1 }));
      });
    }

    rollout(chunk) {
      return foco.load(chunk, (raw) => new foco.Planes(raw).floats(this.n));
    }
  }

  /** A function from a row of a range to its links; see LinkCode.java. Nothing is read before it is asked for. */
  function linksOf(bytes, first, rows) {
    const opened = () => {
      const planes = new foco.Planes(bytes);
      const form = planes.octet();
      const ranks = planes.octet();
      const list = planes.ints(planes.number());
      for (let i = 1; i < list.length; i++) {
        list[i] += list[i - 1];
      }
      const width = form === 2 ? 4 : 2;
      return { form, ranks, list, width, others: planes.at, codes: planes.at + ranks * width * rows };
    };
    const numberAt = (plane, width, row) => {
      let number = 0;
      for (let i = 0; i < width; i++) {
        number |= bytes[plane + i * rows + row] << (8 * i);
      }
      return number;
    };
    let head = null;
    return (row) => {
      head ??= opened();
      const { form, ranks, list, width } = head;
      const found = [];
      let code = 0;
      for (let rank = 0; rank < ranks; rank++) {
        const index = numberAt(head.others + rank * width * rows, width, row);
        if (index === (form === 2 ? -1 : 0xffff)) {
          break;
        }
        const step = numberAt(head.codes + rank * 2 * rows, 2, row);
        code = rank === 0 ? step : code - step;
        found.push({ other: form === 2 ? index : list[index] + (form === 1 ? first + row : 0), weight: foco.figure(code) });
      }
      return found;
    };
  }

  function clipped(text, most) {
    const characters = [...text];
    return characters.length > most ? characters.slice(0, most - 1).join("") + "…" : text;
  }

  foco.clipped = clipped;

  foco.openBook = async () => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const [facts, text, tokens] = await Promise.all([
      foco.load("facts", (raw) => JSON.parse(decoder.decode(raw))),
      foco.load("text", (raw) => decoder.decode(raw)),
      foco.load("tokens", (raw) => raw),
    ]);
    foco.book = new Book(facts, text, tokens);
    return foco.book;
  };
})();
