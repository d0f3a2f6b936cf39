// The quiet panel at the right (a sheet on a phone): wire, Wan tasks, trouble.

import { byId } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { store } from "../base/store.js";
import { wireTab } from "./wire.js";
import { tasksTab } from "./tasks.js";
import { troubleTab } from "./trouble.js";

const REMEMBERED = "firstframe.sandbox.backstage";
const PAUSE_MS = 150;
const TABS = { wire: wireTab, tasks: tasksTab, trouble: troubleTab };

let current = "wire";

export function mountBackstage() {
  byId("toggle-backstage").append(icon("backstage"));
  byId("close-backstage").append(icon("close"));
  byId("toggle-backstage").addEventListener("click", () => toggle(!isOpen()));
  byId("close-backstage").addEventListener("click", () => toggle(false));
  byId("backstage").addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
  for (const [name, tab] of Object.entries(TABS)) {
    tab.mount(byId(`tab-${name}`));
    button(name).addEventListener("click", () => choose(name));
    button(name).addEventListener("keydown", (event) => steer(event, name));
    const soon = afterPause(() => isOpen() && current === name && tab.refresh());
    for (const kind of tab.follows) store.on(kind, soon);
  }
  const roomy = matchMedia("(min-width: 1180px)").matches;
  if (roomy && localStorage.getItem(REMEMBERED) === "open") toggle(true, { quietly: true });
}

const isOpen = () => document.body.classList.contains("backstage-open");
const button = (name) => byId(`tab-button-${name}`);

function toggle(open, { quietly = false } = {}) {
  document.body.classList.toggle("backstage-open", open);
  byId("toggle-backstage").setAttribute("aria-expanded", String(open));
  localStorage.setItem(REMEMBERED, open ? "open" : "closed");
  if (open) choose(current);
  if (quietly) return;
  if (open) button(current).focus();
  else byId("toggle-backstage").focus();
}

function choose(name) {
  current = name;
  for (const other of Object.keys(TABS)) {
    button(other).setAttribute("aria-selected", String(other === name));
    button(other).tabIndex = other === name ? 0 : -1;
    byId(`tab-${other}`).hidden = other !== name;
  }
  TABS[name].refresh();
}

function steer(event, name) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const names = Object.keys(TABS);
  const next = names[(names.indexOf(name) + step + names.length) % names.length];
  choose(next);
  button(next).focus();
}

function afterPause(work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, PAUSE_MS);
  };
}
