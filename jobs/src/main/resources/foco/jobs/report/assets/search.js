"use strict";
/* A word: all its places, and two of them side by side. */
(() => {
  const MOST = 300;

  const folded = (text) => text.toLocaleLowerCase();

  /** Where a word is: its first and last token. A word may be several tokens. */
  function placesOf(word) {
    const { text, starts, ends, spelled } = foco.book;
    const haystack = folded(text);
    const needle = folded(word);
    const found = [];
    // A text may change its length as it is folded; then places are looked for letter by letter.
    const safe = haystack.length === text.length;
    const letters = /[\p{L}\p{N}\p{M}]/u;
    for (let at = (safe ? haystack : text).indexOf(safe ? needle : word); at >= 0; at = (safe ? haystack : text).indexOf(safe ? needle : word, at + 1)) {
      const end = at + needle.length;
      if (!letters.test(text[at - 1] ?? "") && !letters.test(text[end] ?? "")) {
        const first = foco.book.tokenAt(at);
        const last = foco.book.tokenAt(end - 1);
        if (starts[first] <= at && ends[last] >= end - 1) {
          found.push({ first, last });
        }
      }
    }
    return spelled.length ? found : [];
  }

  /** Links of all tokens of a place, the heaviest of each. */
  async function linksOf(place) {
    const { layer, head } = foco.state;
    const lists = await Promise.all(
      d3.range(place.first, place.last + 1).map((token) => foco.book.linksOf("keys", layer, head, token)),
    );
    const best = new Map();
    for (const link of lists.flat()) {
      const name = `${link.other}-${link.layer}-${link.head}`;
      if (!(best.get(name)?.weight >= link.weight)) {
        best.set(name, link);
      }
    }
    return [...best.values()].sort((a, b) => b.weight - a.weight).slice(0, 2 * foco.book.facts.links);
  }

  /** What the analysis says of a chosen word's places: those with more weight than at its other places. */
  function tellsOf(places) {
    const chosen = (foco.book.facts.analysis.chosen_words ?? []).find((each) => folded(each.word) === folded(foco.state.word));
    const byFirst = new Map((chosen?.occurrences ?? []).map((place) => [place.first, place.tells]));
    return chosen && places.some((place) => byFirst.has(place.first)) ? { from: chosen.mean_from_layer, byFirst } : null;
  }

  function tellsCell(tells) {
    return foco.el("td", { class: "tells" }, (tells ?? []).slice(0, 4).map((each) =>
      foco.el("button", { type: "button", class: "plain", onclick: () => foco.choose({ token: each.token, tab: "text" }) },
        foco.el("bdi", {}, foco.book.wordAt(each.token)), " ", foco.el("span", { class: "far" }, foco.percent(each.weight)))));
  }

  async function table(places) {
    const { layer, head } = foco.state;
    const listed = places.slice(0, MOST);
    const values = await Promise.all(listed.map((place) => foco.book.valuesOf(layer, head, place.first)));
    const tells = tellsOf(listed);
    const rows = listed.map((place, i) => {
      const { first, last } = place;
      const tick = foco.el("input", {
        type: "checkbox", checked: foco.state.a === first || foco.state.b === first,
        "aria-label": `${foco.t("compareTicked")}: ${foco.t("position", { n: foco.whole(first) })}`,
        onchange: () => toggle(first),
      });
      return foco.el(
        "tr", { "data-token": first },
        foco.el("td", {}, tick),
        foco.el("td", { class: "place" }, foco.el("button", { type: "button", class: "plain", onclick: () => foco.choose({ token: first, tab: "text" }) }, foco.whole(first)), foco.el("div", { class: "hint" }, foco.book.where(first))),
        foco.el("td", {}, foco.snippetOf(first, last)),
        tells ? tellsCell(tells.byFirst.get(first)) : [
          foco.el("td", { class: "number" }, foco.two(values[i].received)),
          foco.el("td", { class: "number" }, foco.bits(values[i].entropy)),
        ],
      );
    });
    const head1 = ["", "where", "context", ...(tells ? ["tells"] : ["received", "entropy"])].map((name) =>
      foco.el("th", { scope: "col", class: name === "received" || name === "entropy" ? "number" : "" }, name ? foco.t(name) : foco.el("span", { class: "unseen" }, foco.t("compareTicked")),
        name === "received" ? foco.el("small", {}, ` ${foco.t("receivedUnit")}`) : name === "entropy" ? foco.el("small", {}, ` ${foco.t("entropyUnit")}`) : name === "tells" ? foco.el("small", {}, ` ${foco.t("tellsUnit")}`) : null));
    const lead = tells ? foco.el("p", { class: "hint" }, foco.t("tellsHint", { word: foco.state.word, from: tells.from })) : null;
    return foco.el("div", {}, lead, foco.el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": foco.t("context") }, foco.el("table", { class: tells ? "tells-table" : "" }, foco.el("thead", {}, foco.el("tr", {}, head1)), foco.el("tbody", {}, rows))));
  }

  /** Ticks a place; of three the first is let go. */
  function toggle(token) {
    const { a, b } = foco.state;
    if (a === token || b === token) {
      foco.choose(a === token ? { a: b, b: -1 } : { b: -1 });
    } else {
      foco.choose(a < 0 ? { a: token } : b < 0 ? { b: token } : { a: b, b: token });
    }
  }

  async function compared(places) {
    const chosen = [foco.state.a, foco.state.b].map((token) => places.find((place) => place.first === token));
    if (!chosen[0] || !chosen[1]) {
      return foco.el("p", { class: "hint" }, foco.t("compareHint"));
    }
    const lists = await Promise.all(chosen.map(linksOf));
    const spelling = (link) => folded(foco.book.label(link.other));
    const columns = lists.map((links, i) => {
      const other = lists[1 - i];
      const same = (link) => other.some((each) => each.other === link.other || spelling(each) === spelling(link));
      const title = `${foco.t("position", { n: foco.whole(chosen[i].first) })} · ${foco.book.where(chosen[i].first)}`;
      const list = foco.linkList(title, links, chosen[i].first, same);
      list.insertBefore(foco.el("p", {}, foco.snippetOf(chosen[i].first, chosen[i].last)), list.children[1]);
      return list;
    });
    return foco.el("div", {}, foco.el("h3", {}, `${foco.t("attendsTo")} · ${foco.scopeName(foco.state.layer, foco.state.head)}`), foco.el("div", { class: "two" }, columns), foco.el("p", { class: "hint" }, foco.t("commonNote")));
  }

  /** Longer words that occur a few times, to begin with. */
  function examples() {
    const counts = new Map();
    for (const [word] of foco.book.text.slice(0, 400_000).matchAll(/(?<!\p{L})\p{L}{5,14}(?!\p{L})/gu)) {
      counts.set(folded(word), (counts.get(folded(word)) ?? 0) + 1);
    }
    const told = (foco.book.facts.analysis.chosen_words ?? []).map((each) => each.word);
    const common = [...counts].filter(([, count]) => count > 2).sort((a, b) => b[1] - a[1]).slice(0, 40).map(([word]) => word);
    return [...new Set([...told, ...common.sort((a, b) => b.length - a.length)])].slice(0, 6);
  }

  foco.views.search = () => {
    const input = foco.el("input", { type: "search", value: foco.state.word, spellcheck: "false", autocomplete: "off" });
    const form = foco.el(
      "form",
      {
        role: "search",
        onsubmit: (event) => {
          event.preventDefault();
          foco.choose({ word: input.value.trim(), a: -1, b: -1 });
        },
      },
      foco.el("label", { class: "choice" }, foco.el("span", {}, foco.t("searchLabel")), input),
      foco.el("button", { type: "submit" }, foco.t("find")),
    );
    const count = foco.el("p", { class: "hint", role: "status" });
    const results = foco.el("div");
    const comparison = foco.el("div", { class: "comparison" });
    const tries = foco.el(
      "p", { class: "hint" }, foco.t("searchTry"), " ",
      examples().map((word) => foco.el("button", { type: "button", class: "chip", onclick: () => foco.choose({ word, a: -1, b: -1 }) }, word)),
    );
    let places = [];
    const find = () => {
      const { word } = foco.state;
      input.value = word;
      tries.hidden = word !== "";
      places = word ? placesOf(word) : [];
      foco.foundTokens = places.flatMap(({ first, last }) => d3.range(first, last + 1));
      foco.markText();
      foco.fill(
        count,
        word === "" ? foco.t("searchHint")
          : places.length === 0 ? foco.t("noOccurrence", { word })
          : places.length === 1 ? foco.t("occurrence")
          : places.length > MOST ? foco.t("occurrencesShown", { n: foco.whole(places.length), most: foco.whole(MOST) })
          : foco.t("occurrences", { n: foco.whole(places.length) }),
      );
    };
    const markChosen = () => {
      results.querySelector("tr.current")?.classList.remove("current");
      results.querySelector(`tr[data-token="${foco.state.token}"]`)?.classList.add("current");
    };
    const show = () => {
      if (places.length === 0) {
        foco.fill(results);
        foco.fill(comparison);
        return;
      }
      foco.whenLoaded(results, table(places), (found) => {
        const box = results.querySelector(".scroll");
        const top = box?.scrollTop ?? 0;
        foco.fill(results, found);
        found.querySelector(".scroll").scrollTop = top;
        markChosen();
      });
      foco.whenLoaded(comparison, compared(places), (found) => foco.fill(comparison, found));
    };
    foco.on(["word"], find);
    foco.on(["word", "a", "b", "layer", "head"], show);
    foco.on(["token"], markChosen);
    find();
    show();
    return foco.panel("words", foco.t("search"), [], form, tries, count, comparison, results);
  };
})();
