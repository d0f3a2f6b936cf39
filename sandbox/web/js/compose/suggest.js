// The list above the composer: commands, choices, users, autocomplete. One at a time, steered from its input.

import { h, byId, fill, freshId } from "../base/dom.js";

let open = null; // {input, items, choose, at}

/** Items: {text, detail?, face?, value}. `first`: the first one is marked, so that Enter takes it.
 * `empty`: what is said where there are none; without it, nothing is shown then. */
export function suggest(input, items, choose, { title = "", first = true, empty = "" } = {}) {
  if (!items.length && !empty) return closeSuggestions();
  open = { input, items, choose, at: first && items.length ? 0 : -1, id: freshId("suggestion") };
  input.setAttribute("aria-expanded", String(items.length > 0));
  draw(title);
  byId("suggestion-note").textContent = items.length ? "" : empty;
}

export function closeSuggestions(input = open?.input) {
  if (!open || open.input !== input) return;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  open = null;
  byId("suggestions").hidden = true;
}

/** Makes an input the owner of a list; keys it does not use go on to the others. */
export function combobox(input) {
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", "suggestion-list");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("keydown", steer);
  input.addEventListener("blur", () => closeSuggestions(input));
  return input;
}

const MOVES = { ArrowDown: 1, ArrowUp: -1 };

function steer(event) {
  if (!open || open.input !== event.currentTarget || event.isComposing) return;
  if (MOVES[event.key] && open.items.length) mark(open.at + MOVES[event.key]);
  else if (event.key === "Escape") closeSuggestions();
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && open.at >= 0) take(open.at);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function take(at) {
  const { items, choose } = open;
  closeSuggestions();
  choose(items[at]);
}

function draw(title) {
  const rows = open.items.map((item, i) =>
    h(
      "div",
      {
        class: "suggestion",
        role: "option",
        id: `${open.id}-${i}`,
        "aria-selected": "false",
        on: {
          pointerdown: (event) => event.preventDefault(),
          click: () => take(i),
          pointermove: () => open?.at !== i && mark(i),
        },
      },
      item.face ?? null,
      h("span", { class: "suggestion-text" }, item.text),
      item.detail && h("span", { class: "suggestion-detail" }, item.detail),
    ),
  );
  fill(byId("suggestion-list"), ...rows);
  byId("suggestion-list").setAttribute("aria-label", title);
  byId("suggestion-title").textContent = title;
  byId("suggestions").hidden = false;
  if (open.at >= 0) mark(open.at);
}

function mark(at) {
  const rows = [...byId("suggestion-list").children];
  open.at = (at + rows.length) % rows.length;
  rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === open.at)));
  rows[open.at].scrollIntoView({ block: "nearest" });
  open.input.setAttribute("aria-activedescendant", rows[open.at].id);
}
