// Discord's markdown in blocks: code, quotes, headings, small text and lists; the lines themselves go to inline.js.

import { h } from "../base/dom.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([\w+#-]+)\n)?\n?([\s\S]+?)\n?```/g;
const HEADING = /^(#{1,3})\s+(.+)$/;
const SMALL = /^-#\s+(.+)$/;
const BULLET = /^(\s*)[-*]\s+(.+)$/;
const NUMBER = /^(\s*)(\d{1,9})\.\s+(.+)$/;

/** A fragment ready to be put into a message. */
export function markdown(text) {
  const root = document.createDocumentFragment();
  let last = 0;
  for (const found of text.matchAll(FENCE)) {
    root.append(...lines(text.slice(last, found.index).replace(/\n$/, "")));
    root.append(h("pre", { data: found[1] ? { language: found[1] } : {} }, h("code", {}, found[2])));
    last = found.index + found[0].length;
  }
  root.append(...lines(last ? text.slice(last).replace(/^\n/, "") : text));
  return root;
}

function lines(text) {
  if (!text) return [];
  const blocks = [];
  const rest = text.split("\n");
  while (rest.length) blocks.push(take(rest));
  return blocks;
}

function take(rest) {
  const line = rest[0];
  if (line.startsWith(">>> ")) return quote([line.slice(4), ...rest.splice(0).slice(1)]);
  if (isQuoted(line)) return quote(takeWhile(rest, isQuoted).map((quoted) => quoted.slice(2)));
  if (BULLET.test(line))
    return list(
      "ul",
      takeWhile(rest, (item) => BULLET.test(item)),
      BULLET,
    );
  if (NUMBER.test(line))
    return list(
      "ol",
      takeWhile(rest, (item) => NUMBER.test(item)),
      NUMBER,
    );
  return single(rest.shift());
}

const isQuoted = (line) => line.startsWith("> ") || line === ">";

function takeWhile(rest, test) {
  const end = rest.findIndex((line) => !test(line));
  return rest.splice(0, end < 0 ? rest.length : end);
}

function quote(quoted) {
  return h("blockquote", {}, ...lines(quoted.join("\n")));
}

function list(tag, items, pattern) {
  const rows = items.map((item) => {
    const parts = pattern.exec(item);
    return h("li", { class: parts[1].length > 1 ? "deeper" : null }, ...inline(parts.at(-1)));
  });
  const start = tag === "ol" ? pattern.exec(items[0])[2] : null;
  return h(tag, { start: start && start !== "1" ? start : null }, ...rows);
}

function single(line) {
  const heading = HEADING.exec(line);
  if (heading)
    return h(
      "div",
      { class: `heading heading-${heading[1].length}`, role: "heading", "aria-level": heading[1].length + 2 },
      ...inline(heading[2]),
    );
  const small = SMALL.exec(line);
  if (small) return h("div", { class: "small-print" }, ...inline(small[1]));
  return h("div", { class: line ? "line" : "line line-empty" }, ...inline(line));
}
