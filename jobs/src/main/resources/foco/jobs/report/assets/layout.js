"use strict";
/* The page's frame: header, the three columns or the tabs of a narrow window, themes and languages, what is read aloud. */
(() => {
  const live = foco.el("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const bubble = foco.el("div", { class: "tip", "aria-hidden": "true", hidden: true });

  /** Says something to those who listen to the page. */
  foco.tell = (text) => foco.fill(live, text);

  /** A note beside the pointer. */
  foco.tip = (event, text) => {
    bubble.hidden = !event || !text;
    if (!bubble.hidden) {
      foco.fill(bubble, foco.el("bdi", {}, text));
      const left = Math.min(event.clientX + 14, innerWidth - bubble.offsetWidth - 8);
      const under = event.clientY + 18 + bubble.offsetHeight < innerHeight;
      bubble.style.left = `${Math.max(4, left)}px`;
      bubble.style.top = `${under ? event.clientY + 18 : event.clientY - bubble.offsetHeight - 10}px`;
    }
  };

  function stored(name) {
    try {
      return localStorage.getItem(`foco-${name}`);
    } catch {
      return null;
    }
  }

  function store(name, value) {
    try {
      localStorage.setItem(`foco-${name}`, value);
    } catch {
      // A browser may refuse; then the choice lasts as long as the page.
    }
  }

  foco.setTheme = (theme) => {
    document.documentElement.dataset.theme = theme;
    store("theme", theme);
    dispatchEvent(new Event("resize"));
  };

  foco.firstSettings = () => {
    document.documentElement.dataset.theme = stored("theme") ?? "auto";
    foco.setLanguage(stored("language") ?? (navigator.language.startsWith("pt") ? "pt" : "en"));
  };

  function settings(rebuild) {
    const themes = [["auto", foco.t("themeAuto")], ["light", foco.t("themeLight")], ["dark", foco.t("themeDark")]];
    return [
      foco.select(foco.t("languageLabel"), Object.entries(foco.strings).map(([key, strings]) => [key, strings.language]), foco.language(), (value) => {
        store("language", value);
        foco.setLanguage(value);
        rebuild();
      }),
      foco.select(foco.t("theme"), themes, document.documentElement.dataset.theme, (value) => {
        foco.setTheme(value);
        rebuild();
      }),
    ];
  }

  function warning() {
    const { analysis, tokens } = foco.book.facts;
    const trained = analysis.model?.trained_length ?? 0;
    if (!(trained > 0 && tokens > trained)) {
      return null;
    }
    const mode = analysis.positions ?? "";
    const how = mode === "paragraphs" ? foco.t("positionsParagraph") : mode ? foco.t("positionsOther", { mode }) : "";
    return foco.el("p", { class: "warning" }, "⚠ ", foco.t("tooLong", { tokens: foco.whole(tokens), trained: foco.whole(trained), how }));
  }

  function header(rebuild) {
    const { facts } = foco.book;
    const views = ["explore", "facts"].map((view) =>
      foco.el("button", { type: "button", class: "view", "data-view": view, onclick: () => foco.choose({ view }) }, foco.t(view)));
    const mark = () => views.forEach((button) => button.setAttribute("aria-current", String(button.dataset.view === foco.state.view)));
    foco.on(["view"], mark);
    mark();
    const meta = foco.t("meta", { tokens: foco.whole(facts.tokens), layers: facts.layers.length, heads: facts.heads.length, model: facts.analysis.model?.name ?? "" }).replace(/ · $/, "");
    return foco.el(
      "header", { class: "top" },
      foco.el("div", { class: "name" }, foco.el("h1", {}, foco.el("bdi", {}, facts.title)), foco.el("p", { class: "meta" }, meta)),
      foco.el("nav", { "aria-label": foco.t("tabs") }, views),
      foco.el("div", { class: "tools" }, settings(rebuild), foco.el("button", { type: "button", class: "quiet", onclick: () => print() }, foco.t("print"))),
      warning(),
    );
  }

  /** Tabs as their pattern is known to keyboards and screen readers: [key, words, what is chosen, what it controls]. */
  function tabs(name, entries, isOn) {
    const list = foco.el("div", { role: "tablist", "aria-label": foco.t("tabs"), class: `tabs ${name}` });
    const buttons = entries.map(([key, text, next, controls]) =>
      foco.el("button", { type: "button", role: "tab", "aria-controls": controls, "data-key": key, onclick: () => foco.choose(next) }, text));
    const mark = () =>
      buttons.forEach((button) => {
        const on = isOn(button.dataset.key);
        button.setAttribute("aria-selected", String(on));
        button.tabIndex = on ? 0 : -1;
      });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        const next = (entries.findIndex(([key]) => isOn(key)) + step + entries.length) % entries.length;
        foco.choose(entries[next][2]);
        buttons[next].focus();
        event.preventDefault();
      }
    });
    list.append(...buttons);
    foco.on(["tab", "panel"], mark);
    mark();
    return list;
  }

  /** Views of a tab that has several. */
  const HELD = { map: ["map", "ribbon"], profile: ["distances", "repeats"] };

  const panelEntries = () =>
    [["map", "tabMap"], ["links", "tabLinks"], ["search", "tabSearch"], ["profile", "tabProfile"], ["likeness", "tabLikeness"], ["rollout", "tabRollout"]].map(
      ([key, words]) => [key, foco.t(words), { panel: key, tab: "middle" }, `pane-${key}`],
    );

  /** The middle column: one of several views, each made when it is first looked at. */
  function middle() {
    const panes = panelEntries().map(([key, words]) => foco.el("div", { role: "tabpanel", id: `pane-${key}`, "aria-label": words, class: "pane", "data-key": key }));
    const show = () => {
      for (const pane of panes) {
        pane.hidden = pane.dataset.key !== foco.state.panel;
        // The map is always made, for paper.
        if ((!pane.hidden || pane.dataset.key === "map") && pane.childElementCount === 0) {
          pane.append(...(HELD[pane.dataset.key] ?? [pane.dataset.key]).map((view) => foco.views[view]()));
        }
      }
    };
    foco.on(["panel"], show);
    show();
    return [tabs("wide-tabs", panelEntries(), (key) => key === foco.state.panel), ...panes];
  }

  /** For paper: what a screen shows on demand. */
  function printed() {
    const box = foco.el("section", { class: "panel only-print" });
    const show = () => {
      const { layer, head } = foco.state;
      const name = foco.el("h2", {}, `${foco.t("printLinks")} · ${foco.scopeName(layer, head)}`);
      foco.whenLoaded(box, foco.headLinks(), (links) =>
        foco.fill(box, name, links.length ? foco.linkTable(links.slice(0, 20)) : foco.el("p", { class: "hint" }, foco.t(layer && head ? "linksNoneAll" : "linksPick"))));
    };
    foco.on(["layer", "head"], show);
    show();
    return box;
  }

  foco.build = () => {
    const app = document.getElementById("app");
    foco.forget();
    foco.forgetPictures();
    const rebuild = () => foco.build();
    const narrow = [
      ["heads", foco.t("tabHeads"), { tab: "heads" }, "tab-heads"],
      ["text", foco.t("tabText"), { tab: "text" }, "tab-text"],
      ...panelEntries(),
    ];
    const explore = foco.el(
      "main", { class: "explore" },
      tabs("narrow-tabs", narrow, (key) => key === (foco.state.tab === "middle" ? foco.state.panel : foco.state.tab)),
      foco.el("div", { class: "column left", id: "tab-heads" }, foco.views.findings(), foco.views.atlas()),
      foco.el("div", { class: "column middle", id: "tab-middle" }, middle()),
      foco.el("div", { class: "column right", id: "tab-text" }, foco.views.text(), foco.views.token()),
    );
    const facts = foco.el("main", { class: "facts-page" }, foco.el("h2", { class: "page-title" }, foco.t("factsTitle")), foco.views.facts());
    const show = () => {
      explore.hidden = foco.state.view !== "explore";
      facts.hidden = foco.state.view !== "facts";
      document.body.dataset.tab = foco.state.tab;
    };
    foco.on(["view", "tab"], show);
    show();
    foco.fill(app, header(rebuild), explore, printed(), facts, live, bubble);
    document.title = foco.book.facts.title;
  };
})();
