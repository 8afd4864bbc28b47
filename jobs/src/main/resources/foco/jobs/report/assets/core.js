"use strict";
/* The page's one global name, and how elements are made: of text nodes, never of markup. */
window.foco = (() => {
  const foco = {};

  /** An element with attributes, listeners (on...) and children (text or elements). */
  foco.el = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) {
        element.addEventListener(name.slice(2), value);
      } else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") {
        element[name] = value;
      } else if (value !== undefined && value !== null && value !== false) {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null));
    return element;
  };

  const FOCUSABLE = "button, select, input, summary, [tabindex='0']";

  /**
   * Replaces what an element holds. If the focus was within, it goes to what then stands at the same place, at once or when that
   * has been loaded: who uses the keyboard stays where they are.
   */
  foco.fill = (element, ...children) => {
    const active = document.activeElement;
    const within = active !== element && element.contains(active);
    const at = within ? [...element.querySelectorAll(FOCUSABLE)].indexOf(active) : active === document.body ? element.focusAt ?? -1 : -1;
    element.replaceChildren(...children.flat(Infinity).filter((child) => child !== undefined && child !== null));
    const next = at < 0 ? null : element.querySelectorAll(FOCUSABLE)[at];
    element.focusAt = next ? -1 : at;
    next?.focus({ preventScroll: true });
    return element;
  };

  foco.clamp = (value, least, most) => Math.max(least, Math.min(most, value));

  /** Does something once, after the current burst of calls has ended. */
  foco.soon = (action) => {
    let due = false;
    return () => {
      if (!due) {
        due = true;
        requestAnimationFrame(() => {
          due = false;
          action();
        });
      }
    };
  };

  foco.strings = {};
  foco.views = {};
  return foco;
})();
