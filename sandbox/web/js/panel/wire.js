// What went over the wire, newest last: a request and its answer are one row; a press on it shows the bodies.

import { h, fill } from "../base/dom.js";
import { api } from "../base/api.js";

const KEPT = 400;
const NEAR_END_PX = 60;
const FILTERS = {
  All: () => true,
  Discord: (item) => item.dataset.service === "discord",
  Wan: (item) => item.dataset.service === "wan",
};
const QUIET_FRAMES = new Set(["HEARTBEAT", "HEARTBEAT_ACK"]);

let list;
let next = 0;
let filter = "All";
let reading = false;
const unanswered = new Map(); // "service method path" → rows whose answer is awaited

function mount(root) {
  const chips = Object.keys(FILTERS).map((name) =>
    h(
      "button",
      {
        type: "button",
        class: "chip",
        "aria-pressed": String(name === filter),
        on: { click: (event) => narrow(name, event.currentTarget) },
      },
      name,
    ),
  );
  const whole = h("a", { class: "panel-link", href: "/sandbox/wire.jsonl", target: "_blank" }, "as JSON lines");
  list = h("ol", { class: "wire", "aria-label": "Requests with their answers, and gateway frames" });
  root.append(h("div", { class: "panel-bar" }, ...chips, whole), list);
}

function narrow(name, pressed) {
  filter = name;
  for (const chip of pressed.parentElement.querySelectorAll(".chip")) {
    chip.setAttribute("aria-pressed", String(chip === pressed));
  }
  for (const item of list.children) item.hidden = !FILTERS[filter](item);
  list.scrollTop = list.scrollHeight;
}

async function refresh() {
  if (reading) return;
  reading = true;
  try {
    const answer = await api.wire(next);
    next = answer.next;
    const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
    answer.exchanges.filter((entry) => !QUIET_FRAMES.has(entry.event)).forEach(add);
    while (list.children.length > KEPT) list.firstChild.remove();
    if (wasAtEnd) list.scrollTop = list.scrollHeight;
  } catch {
    // the next event asks again
  } finally {
    reading = false;
  }
}

function add(entry) {
  const key = `${entry.service} ${entry.method} ${entry.path}`;
  if (entry.kind === "response") {
    const asked = unanswered.get(key)?.shift();
    if (asked) return asked.answer(entry);
  }
  const item = row(entry);
  if (entry.kind === "request") unanswered.set(key, [...(unanswered.get(key) ?? []), item]);
  else if (entry.kind === "response") item.answer(entry);
  list.append(item);
}

function row(entry) {
  const facts = h("span", { class: "wire-facts" });
  const bodies = h("div", { class: "wire-bodies" });
  const parts = entry.kind === "response" ? [] : [[entry.kind === "frame" ? "frame" : "sent", entry.body]];
  const details = h("details", {}, h("summary", {}, ...title(entry), facts), bodies);
  const show = () => details.open && fill(bodies, ...parts.map(body));
  details.addEventListener("toggle", show);
  const item = h("li", { class: `wire-${entry.service}`, data: { service: entry.service } }, details);
  item.hidden = !FILTERS[filter](item);
  item.answer = (answer) => {
    fill(facts, ...outcome(answer));
    parts.push(["answered", answer.body]);
    show();
  };
  return item;
}

function title({ method, path, event, kind }) {
  return [
    h("span", { class: "wire-method" }, method ?? "frame"),
    h("span", { class: "wire-path", title: path ?? event ?? kind }, method ? shortened(path) : (event ?? kind)),
  ];
}

function outcome({ status, ms }) {
  const failed = !status || status >= 400;
  return [
    h("span", { class: failed ? "wire-status wire-failed" : "wire-status" }, status ? String(status) : "cut"),
    typeof ms === "number" && h("span", { class: "wire-ms" }, `${Math.round(ms)} ms`),
  ];
}

/** Ids are left out in the row; its title has the whole path. */
function shortened(path) {
  return path
    .replace(/\d{12,}/g, "…")
    .replace(/([0-9a-f]{4})[0-9a-f]{4}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "$1…")
    .replace(/\?.*$/, "");
}

function body([name, data]) {
  const text = typeof data === "string" ? data : JSON.stringify(data, null, 2);
  const empty = data === null || data === undefined || data === "";
  return h("div", { class: "wire-body" }, h("small", {}, name), h("pre", { tabindex: "0" }, empty ? "no body" : text));
}

export const wireTab = { mount, refresh, follows: ["wire"] };
