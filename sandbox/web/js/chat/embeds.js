// Embeds: the coloured card under a message.

import { h, webAddress } from "../base/dom.js";
import { inline } from "./inline.js";
import { markdown } from "./markdown.js";
import { format } from "./timestamps.js";

const SUPPRESSED = 1 << 2;

export function embeds(message) {
  if (!message.embeds?.length || message.flags & SUPPRESSED) return null;
  return h("div", { class: "embeds" }, ...message.embeds.map(embed));
}

function embed(data) {
  const colour = data.color ? `#${data.color.toString(16).padStart(6, "0")}` : null;
  return h(
    "article",
    { class: "embed", style: colour ? { "--accent": colour } : {} },
    h(
      "div",
      { class: "embed-text" },
      author(data),
      title(data),
      data.description && h("div", { class: "embed-description" }, markdown(data.description)),
      fields(data),
    ),
    still(data.thumbnail, "embed-thumbnail"),
    still(data.image ?? (data.video && data.thumbnail), "embed-image"),
    footer(data),
  );
}

function author({ author: who }) {
  return who?.name && h("div", { class: "embed-author" }, linked(who.url, [who.name]));
}

function title({ title: text, url }) {
  return text && h("div", { class: "embed-title" }, linked(url, inline(text)));
}

function linked(url, children) {
  const href = url && webAddress(url);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children) : children;
}

function fields({ fields: list }) {
  if (!list?.length) return null;
  const cells = list.map((field) =>
    h(
      "div",
      { class: field.inline ? "embed-field" : "embed-field embed-field-wide" },
      h("dt", {}, ...inline(field.name)),
      h("dd", {}, markdown(field.value)),
    ),
  );
  return h("dl", { class: "embed-fields" }, ...cells);
}

function still(media, name) {
  const src = media && webAddress(media.proxy_url || media.url);
  return src && h("img", { class: name, src, alt: "", loading: "lazy" });
}

function footer({ footer: foot, timestamp }) {
  const parts = [foot?.text, timestamp && format(new Date(timestamp), "f")].filter(Boolean);
  return parts.length ? h("div", { class: "embed-footer" }, parts.join(" · ")) : null;
}
