"use strict";
/* Words and numbers, in the page's language. */
(() => {
  let language = "en";
  let formats = {};

  foco.language = () => language;

  foco.setLanguage = (chosen) => {
    language = foco.strings[chosen] ? chosen : "en";
    document.documentElement.lang = language;
    const of = (options) => new Intl.NumberFormat(language, options);
    formats = {
      whole: of({ maximumFractionDigits: 0 }),
      two: of({ minimumSignificantDigits: 2, maximumSignificantDigits: 2 }),
      hundredths: of({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
      percent: of({ style: "percent", minimumSignificantDigits: 2, maximumSignificantDigits: 2 }),
      short: of({ style: "percent", maximumFractionDigits: 2 }),
      scientific: of({ notation: "scientific", maximumSignificantDigits: 2 }),
    };
  };

  /** A text of the page, with {names} filled in. */
  foco.t = (key, values = {}) => {
    const text = key.split(".").reduce((at, part) => at?.[part], foco.strings[language]) ?? key;
    return typeof text === "string" ? text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all) : text;
  };

  const number = (form) => (value) => (Number.isFinite(value) ? form(value) : "–");

  foco.whole = number((value) => formats.whole.format(value));
  /** Two significant figures; whole from 10 on. */
  foco.two = number((value) =>
    value > 0 && value < 1e-4 ? formats.scientific.format(value) : value === 0 ? "0" : formats.two.format(value));
  foco.percent = number((value) =>
    value > 0 && value < 1e-6 ? formats.scientific.format(value * 100) + "%" : formats.percent.format(value));
  /** A round share, as an axis has it. */
  foco.shortPercent = number((value) => formats.short.format(value));
  foco.bits = number((value) => formats.hundredths.format(value));

  /** The number behind a code of two figures; see Figure.java. */
  foco.figure = (code) => {
    if (code === 0) {
      return 0;
    }
    if (code === 0xffff) {
      return NaN;
    }
    return (((code - 1) % 90) + 10) * 10 ** (Math.floor((code - 1) / 90) - 13);
  };

  foco.kindName = (kind) => foco.strings[language].kind[kind] ?? kind;

  /** What a layer and a head are called; 0 stands for a mean. */
  foco.scopeName = (layer, head) =>
    layer === 0
      ? foco.t("meanAll")
      : head === 0
        ? foco.t("meanLayer", { layer })
        : foco.t("headN", { layer, head });

  foco.setLanguage("en");
})();
