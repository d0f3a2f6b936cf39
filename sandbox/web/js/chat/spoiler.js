// What is covered until somebody presses it; it stays open when its message is drawn anew.

import { h } from "../base/dom.js";

const opened = new Set();

/** `id` tells which file it is. */
export function covered(shown, id) {
  if (opened.has(id)) return shown;
  shown.inert = true;
  const cover = h("button", { type: "button", class: "spoiler-cover", "aria-label": "Spoiler, press to show" }, h("span", {}, "Spoiler"));
  const box = h("div", { class: "spoiler-file" }, shown, cover);
  cover.addEventListener("click", () => {
    opened.add(id);
    shown.inert = false;
    box.replaceWith(shown);
    (shown.matches("a") ? shown : shown.querySelector("a, video"))?.focus();
  });
  return box;
}
