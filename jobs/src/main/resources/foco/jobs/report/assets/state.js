"use strict";
/* What is chosen. It stands in the address, so that a view can be sent, and so that Back works. */
(() => {
  const defaults = {
    view: "explore", tab: "text", panel: "map",
    layer: 0, head: 0, token: -1, with: "",
    level: "auto", measure: "times", shade: "received", sort: "layer", kind: "",
    word: "", a: -1, b: -1, cell: "", from: 0, to: 0, choice: "", repeats: "following",
  };
  const state = { ...defaults };
  const listeners = [];

  foco.state = state;

  /** Calls back after one of the named entries has changed. */
  foco.on = (names, action) => listeners.push({ names: new Set(names), action });

  /** Forgets who listens, before the page is built again. */
  foco.forget = () => listeners.splice(0);

  function parse(hash) {
    const found = { ...defaults };
    for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
      if (name in defaults) {
        const number = typeof defaults[name] === "number";
        found[name] = !number ? value : /^-?\d+$/.test(value) ? Number(value) : defaults[name];
      }
    }
    return found;
  }

  function written() {
    const query = new URLSearchParams();
    for (const name of Object.keys(defaults)) {
      if (state[name] !== defaults[name]) {
        query.set(name, state[name]);
      }
    }
    return "#" + query.toString();
  }

  function apply(next) {
    const changed = Object.keys(next).filter((name) => state[name] !== next[name]);
    Object.assign(state, next);
    if (changed.length > 0) {
      for (const { names, action } of listeners) {
        if (changed.some((name) => names.has(name))) {
          action(changed);
        }
      }
    }
    return changed.length > 0;
  }

  /** Chooses; `silently` without an entry for Back. */
  foco.choose = (next, silently = false) => {
    if (apply(next)) {
      const hash = written();
      if (silently) {
        location.replace(hash);
      } else {
        location.hash = hash;
      }
    }
  };

  /** What a fresh page shows, unless the address says otherwise. */
  foco.begin = (first) => {
    Object.assign(defaults, first);
    Object.assign(state, foco.checked(parse(location.hash)));
    addEventListener("hashchange", () => {
      if (location.hash !== written()) {
        apply(foco.checked(parse(location.hash)));
      }
    });
  };

  /** What an address says, as far as this document has it. */
  foco.checked = (wanted) => {
    const book = foco.book;
    if (wanted.layer !== 0 && !book.facts.layers.includes(wanted.layer)) {
      wanted.layer = defaults.layer;
      wanted.head = defaults.head;
    }
    wanted.head = wanted.layer === 0 || !book.facts.heads.includes(wanted.head) ? 0 : wanted.head;
    for (const name of ["token", "a", "b"]) {
      wanted[name] = wanted[name] >= book.n || wanted[name] < -1 ? -1 : wanted[name];
    }
    wanted.repeats = wanted.repeats === "same" ? "same" : "following";
    wanted.from = foco.clamp(wanted.from, 0, book.n - 1);
    wanted.to = wanted.to <= wanted.from || wanted.to > book.n ? book.n : wanted.to;
    return wanted;
  };
})();
