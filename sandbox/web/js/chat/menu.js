// The menu of a message: the bot's own message commands, its author's commands, copy and delete.

import { h } from "../base/dom.js";
import { store } from "../base/store.js";
import { api } from "../base/api.js";
import { tellProblem, runCommand } from "../compose/run.js";
import { nameOf } from "../base/avatar.js";

const USER_COMMAND = 2;
const MESSAGE_COMMAND = 3;

export function openMenu(event, message) {
  document.querySelector(".menu")?.hidePopover();
  const opener = event.currentTarget.closest?.(".message")?.querySelector(".message-more");
  const menu = h("div", { class: "menu", role: "menu", popover: "auto", "aria-label": "Message" }, ...entries(message));
  document.body.append(menu);
  menu.addEventListener("toggle", (change) => change.newState === "closed" && menu.remove());
  menu.addEventListener("keydown", (key) => move(menu, key, opener));
  menu.addEventListener("click", () => (menu.hidePopover(), opener?.focus()), { capture: true });
  menu.showPopover();
  place(menu, event);
  menu.querySelector("[role=menuitem]")?.focus();
}

function entries(message) {
  const own = message.author.id === store.me.id || store.me.moderator;
  return [
    ...commands(message, MESSAGE_COMMAND, message.id, "Apps"),
    ...(message.author.bot ? [] : commands(message, USER_COMMAND, message.author.id, nameOf(message.author))),
    message.content && entry("Copy text", () => navigator.clipboard?.writeText(message.content)),
    message.ephemeral ? entry("Dismiss message", () => store.dismiss(message.id)) : null,
    own && !message.ephemeral && entry("Delete message", () => remove(message), "menu-danger"),
  ].filter(Boolean);
}

function commands(message, type, target, title) {
  if (message.ephemeral) return [];
  const found = store.world.commands.filter((command) => command.type === type);
  if (!found.length) return [];
  const items = found.map((command) => entry(command.name, () => runCommand({ command: command.name, target })));
  return [h("div", { class: "menu-title", role: "presentation" }, title), ...items, h("hr", { role: "presentation" })];
}

function entry(text, act, look = "") {
  return h("button", { type: "button", role: "menuitem", class: `menu-item ${look}`, on: { click: act } }, text);
}

async function remove(message) {
  try {
    await api.remove(message.channel_id, message.id, store.me.id);
  } catch (error) {
    tellProblem(error.message);
  }
}

function place(menu, event) {
  const box = event.currentTarget.getBoundingClientRect();
  const byPointer = event.type === "contextmenu" && event.clientX;
  const [x, y] = byPointer ? [event.clientX, event.clientY] : [box.right - menu.offsetWidth, box.bottom + 4];
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
}

function move(menu, key, opener) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key.key];
  if (key.key === "Escape" || key.key === "Tab") opener?.focus();
  if (key.key === "Tab") menu.hidePopover();
  if (!step) return;
  key.preventDefault();
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
}
