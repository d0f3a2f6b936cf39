// Message components, old rows and Components V2 alike; what is pressed or picked goes to the bot.

import { h, s, webAddress } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { markdown } from "./markdown.js";
import { fileCard, mediaItem } from "./attachments.js";
import { jumpTo, placeIn } from "./jump.js";
import { selectMenu, SELECTS } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "secondary" };

/** `press(custom_id, values, component_type)` resolves when the interaction has been answered. */
export function components(list, press) {
  if (!list?.length) return null;
  return h("div", { class: "components" }, ...list.map((part) => component(part, press)));
}

function component(part, press) {
  if (SELECTS.has(part.type)) return selectMenu(part, press);
  return MAKERS[part.type]?.(part, press) ?? null;
}

const all = (list, press) => (list ?? []).map((part) => component(part, press));

const MAKERS = {
  1: (part, press) => h("div", { class: "action-row" }, ...all(part.components, press)),
  2: button,
  9: section,
  10: (part) => h("div", { class: "text-display" }, markdown(part.content)),
  11: (part) => h("div", { class: "thumbnail" }, mediaItem(part.media, part.description)),
  12: gallery,
  13: file,
  14: (part) =>
    h("hr", {
      class: `separator${part.spacing === 2 ? " separator-large" : ""}${part.divider === false ? " separator-bare" : ""}`,
    }),
  17: container,
};

function button(part, press) {
  const label = [emoji(part.emoji), part.label && h("span", {}, part.label)];
  const look = `button button-${STYLES[part.style] ?? "secondary"}`;
  if (part.style === 5) {
    const place = !part.disabled && placeIn(part.url ?? "");
    if (place)
      return h(
        "button",
        { type: "button", class: look, on: { click: () => jumpTo(place) } },
        ...label,
        icon("out", 14),
      );
    const href = !part.disabled && webAddress(part.url);
    return h(
      "a",
      {
        class: look,
        href: href || null,
        target: "_blank",
        rel: "noopener noreferrer",
        "aria-disabled": href ? null : "true",
      },
      ...label,
      icon("out", 14),
    );
  }
  const click = (event) => busyWhile(event.currentTarget, () => press(part.custom_id, undefined, 2));
  return h(
    "button",
    {
      type: "button",
      class: look,
      disabled: part.disabled,
      data: { customId: part.custom_id ?? "" },
      "aria-label": part.label ? null : part.emoji?.name,
      on: { click },
    },
    ...label,
  );
}

async function busyWhile(element, work) {
  if (element.getAttribute("aria-busy") === "true") return;
  element.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

function emoji(data) {
  if (!data) return null;
  return h("span", { class: "emoji", "aria-hidden": "true" }, data.id ? `:${data.name}:` : data.name);
}

function section(part, press) {
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-text" }, ...all(part.components, press)),
    part.accessory && h("div", { class: "section-side" }, component(part.accessory, press)),
  );
}

function gallery(part) {
  const items = (part.items ?? []).map((item) => mediaItem(item.media, item.description, item.spoiler));
  return h("div", { class: "gallery", data: { count: String(items.length) } }, ...items);
}

function file(part) {
  return fileCard(part.name ?? "file", part.size, webAddress(part.file?.url));
}

function container(part, press) {
  const colour = part.accent_color ? `#${part.accent_color.toString(16).padStart(6, "0")}` : null;
  return h(
    "div",
    { class: colour ? "container container-accent" : "container", style: colour ? { "--accent": colour } : {} },
    ...all(part.components, press),
  );
}

/** Three dots while something is on its way. */
export function dots() {
  return s(
    "svg",
    { class: "dots", viewBox: "0 0 28 8", width: 28, height: 8, "aria-hidden": "true" },
    ...[4, 14, 24].map((cx) => s("circle", { cx, cy: 4, r: 3 })),
  );
}
