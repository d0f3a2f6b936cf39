// Small controls that make the two services misbehave, and what is set at the moment.

import { h, fill } from "../base/dom.js";
import { api } from "../base/api.js";
import { announce } from "../base/announce.js";
import { tellProblem } from "../compose/run.js";

const CREATE = { service: "wan", method: "POST", path: "wan2-image-to-video|video-synthesis" };
const POSTING = { service: "discord", method: "POST", path: "/channels/\\d+/messages$" };

const PRESETS = [
  [
    "Wan",
    "503 on the next create",
    { ...CREATE, times: 1, status: 503, body: { message: "The service is busy. Try again later." } },
  ],
  ["Wan", "Connection cut after the next create", { ...CREATE, times: 1, cut: "after" }],
  [
    "Wan",
    "Next create refused by moderation",
    {
      ...CREATE,
      times: 1,
      status: 400,
      body: { message: "The picture was refused by the content inspection.", error_code: "DataInspectionFailed" },
    },
  ],
  [
    "Wan",
    "Next three lookups fail",
    { service: "wan", method: "GET", path: "/tasks/", times: 3, status: 502, text: "Bad gateway" },
  ],
  [
    "Discord",
    "500 for the next two messages of the bot",
    { ...POSTING, times: 2, status: 500, body: { code: 0, message: "500: Internal Server Error" } },
  ],
  [
    "Discord",
    "Next upload is too large",
    { ...POSTING, times: 1, status: 413, body: { code: 40005, message: "Request entity too large" } },
  ],
];
const MB = 1024 * 1024;
const SPEEDS = [
  [2, "2 s"],
  [8, "8 s"],
  [30, "30 s"],
  [120, "2 min"],
];
const LIMITS = [
  [10 * MB, "10 MB"],
  [25 * MB, "25 MB"],
  [50 * MB, "50 MB"],
  [MB, "1 MB"],
  [200 * 1024, "200 KB"],
];
const SIZES = [
  [0, "whatever they come to"],
  [12 * MB, "12 MB or more"],
  [60 * MB, "60 MB or more"],
];

let settings;
let active;

function mount(root) {
  settings = h("div", { class: "trouble-settings" });
  active = h("ul", { class: "faults" });
  root.append(
    h("h3", {}, "Settings"),
    settings,
    h("h3", {}, "Next call goes wrong"),
    h("div", { class: "presets" }, ...PRESETS.map(preset)),
    h(
      "div",
      { class: "panel-bar" },
      h("h3", {}, "Waiting to happen"),
      h(
        "button",
        {
          type: "button",
          class: "link-button",
          on: { click: () => change(() => api.clearFaults(), "All faults are cleared") },
        },
        "Clear all",
      ),
    ),
    active,
    h("h3", {}, "Clock"),
    clock(),
  );
}

function preset([service, text, fault]) {
  return h(
    "button",
    { type: "button", class: "preset", on: { click: () => change(() => api.addFault(fault), `${service}: ${text}`) } },
    h("span", { class: `preset-service preset-${service.toLowerCase()}` }, service),
    text,
  );
}

function clock() {
  const steps = [
    [60, "1 min"],
    [15 * 60, "15 min"],
    [24 * 3600, "1 day"],
  ];
  return h(
    "div",
    { class: "clock" },
    ...steps.map(([seconds, text]) =>
      h(
        "button",
        {
          type: "button",
          class: "chip",
          on: { click: () => change(() => api.advance(seconds), `The clock is ${text} further`) },
        },
        `+ ${text}`,
      ),
    ),
    h("small", {}, "for both services, not for the bot"),
  );
}

async function change(call, said) {
  try {
    await call();
    announce(said);
    await refresh();
  } catch (error) {
    tellProblem(error.message);
  }
}

async function refresh() {
  const [present, faults] = await Promise.all([api.settings(), api.faults()]).catch(() => [null, null]);
  if (!present) return;
  fill(
    settings,
    row("A clip takes", SPEEDS, present.wan?.task_seconds, (value) => ({ wan: { task_seconds: value } })),
    row("Upload limit", LIMITS, present.upload_limit_bytes, (value) => ({ upload_limit_bytes: value })),
    row("Clips are", SIZES, present.wan?.result_bytes ?? 0, (value) => ({ wan: { result_bytes: value || null } })),
    automod(present),
    hold(present),
  );
  const list = faults.faults ?? faults;
  fill(
    active,
    ...(list.length ? list.map(fault) : [h("li", { class: "panel-empty" }, "Nothing: both services behave.")]),
  );
}

function row(name, values, present, make) {
  const known =
    values.some(([value]) => value === present) || present === undefined
      ? values
      : [[present, String(present)], ...values];
  const select = h(
    "select",
    {
      class: "select select-small",
      on: { change: (event) => change(() => api.set(make(Number(event.target.value))), name) },
    },
    ...known.map(([value, text]) => h("option", { value: String(value), selected: value === present }, text)),
  );
  return h("label", { class: "setting" }, h("span", {}, name), select);
}

function automod(present) {
  const phrases = (event) => event.target.value.split(",").map((phrase) => phrase.trim());
  const save = (event) => change(() => api.set({ automod: phrases(event).filter(Boolean) }), "AutoMod");
  const input = h("input", {
    type: "text",
    class: "input setting-text",
    value: present.automod.join(", "),
    placeholder: "word, other*",
    on: { change: save },
  });
  return h("label", { class: "setting" }, h("span", {}, "AutoMod blocks"), input);
}

function hold(present) {
  const box = h("input", {
    type: "checkbox",
    checked: present.wan?.hold,
    on: { change: (event) => change(() => api.set({ wan: { hold: event.target.checked } }), "Hold") },
  });
  return h("label", { class: "setting" }, h("span", {}, "Hold tasks until they are finished by hand"), box);
}

function fault(one) {
  const what = one.status
    ? String(one.status)
    : one.cut
      ? `cut ${one.cut}`
      : one.hang
        ? `hang ${one.hang}`
        : one.delay_seconds
          ? `${one.delay_seconds} s late`
          : "fault";
  return h(
    "li",
    {},
    h("span", { class: `preset-service preset-${one.service}` }, one.service),
    h("code", {}, `${one.method ?? "any"} ${one.path ?? ""}`),
    h(
      "span",
      { class: "fault-what" },
      `${what}${one.times === null ? "" : ` × ${one.times ?? 1}`} · ${one.hits ?? 0} hit`,
    ),
  );
}

export const troubleTab = { mount, refresh, follows: ["wire"] };
