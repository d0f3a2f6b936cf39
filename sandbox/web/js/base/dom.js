// Builds elements. Text always becomes a text node, so nothing a member writes can turn into markup.

const SVG = "http://www.w3.org/2000/svg";

/** h("button", {class: "x", on: {click: f}, data: {id: 1}, "aria-label": "…"}, child, "text", …) */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, props);
  element.append(...kept(children));
  return element;
}

/** The same for SVG; only used for our own drawings. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...kept(children));
  return element;
}

function apply(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") listen(element, value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") setStyle(element, value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name === "class" ? "class" : name, value === true ? "" : String(value));
  }
}

const PROPERTIES = new Set(["value", "checked", "selected", "multiple", "indeterminate"]);

function listen(element, handlers) {
  for (const [kind, handler] of Object.entries(handlers)) element.addEventListener(kind, handler);
}

function setStyle(element, rules) {
  for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value);
}

function kept(children) {
  return children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
  return element;
}

export const byId = (id) => document.getElementById(id);

let counter = 0;
export const freshId = (prefix) => `${prefix}-${++counter}`;

/** Only ordinary web addresses may become links or media sources. */
export function webAddress(text) {
  try {
    const url = new URL(text, location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
