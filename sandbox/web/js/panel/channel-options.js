// What can be set about the place one is in: a thread's state, slowmode, one's own settings towards the bot.

import { h, byId } from "../base/dom.js";
import { api } from "../base/api.js";
import { announce } from "../base/announce.js";
import { nameOf } from "../base/avatar.js";
import { icon } from "../base/icons.js";
import { isForum, isThread, withBot } from "../base/places.js";
import { store } from "../base/store.js";
import { tellProblem } from "../compose/run.js";

const SLOWMODE = [
  [0, "Off"],
  [5, "5 s"],
  [30, "30 s"],
  [120, "2 min"],
];

export function mountChannelOptions() {
  const button = byId("channel-options");
  button.append(icon("sliders", 20));
  button.addEventListener("click", open);
  for (const kind of ["world", "channel"]) store.on(kind, () => (button.hidden = !options().length));
}

/** Changes something, and says what was wrong where it could not be. */
export async function put(call, said) {
  try {
    await call();
    announce(said);
    return true;
  } catch (error) {
    tellProblem(error.message);
    return false;
  }
}

export const install = (installed) =>
  put(() => api.member(store.me.id, { installed }), installed ? "Added to your account" : "Taken off your account");

export const takeDirect = (taken) =>
  put(() => api.member(store.me.id, { direct_messages: taken }), taken ? "Direct messages are open" : "Closed");

export const changeThread = (changes) =>
  put(() => api.channel(store.channelId, { as: store.me.id, ...changes }), "The thread is changed");

function options() {
  const channel = store.channel;
  if (!channel) return [];
  if (channel.dm) return [box(`${bot()} may write to me`, store.me.direct_messages, takeDirect)];
  if (!withBot(channel)) return [box(`${bot()} is added to my account`, store.me.installed, install)];
  if (!store.me.moderator || isForum(channel)) return [];
  return isThread(channel) ? [...threadBoxes(channel), slowmode(channel)] : [slowmode(channel)];
}

const bot = () => nameOf(store.world.users.find((user) => user.bot));

function threadBoxes(channel) {
  const archive = box("Archived", channel.archived, (archived) => changeThread({ archived }));
  const lock = box("Locked: only moderators write", channel.locked, (locked) =>
    changeThread(channel.archived ? { locked, archived: false } : { locked }),
  );
  return [archive, lock];
}

function box(text, checked, change) {
  const input = h("input", { type: "checkbox", checked });
  input.addEventListener("change", async () => {
    if (!(await change(input.checked))) input.checked = !input.checked;
  });
  return h("label", { class: "check-row" }, input, h("span", {}, text));
}

function slowmode(channel) {
  const known = SLOWMODE.some(([seconds]) => seconds === channel.slowmode_seconds);
  const present = channel.slowmode_seconds;
  const choices = known ? SLOWMODE : [...SLOWMODE, [present, `${present} s`]];
  const change = (event) =>
    put(() => api.channel(channel.id, { as: store.me.id, slowmode_seconds: Number(event.target.value) }), "Slowmode");
  const select = h(
    "select",
    { class: "select select-small", on: { change } },
    ...choices.map(([seconds, text]) => h("option", { value: String(seconds), selected: seconds === present }, text)),
  );
  return h("label", { class: "setting option-row" }, h("span", {}, "Slowmode"), select);
}

function open() {
  const panel = h(
    "div",
    { class: "menu roles", role: "dialog", popover: "auto", "aria-label": "Settings of this place" },
    h("p", { class: "menu-title" }, "Settings of this place"),
    ...options(),
  );
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    panel.remove();
    byId("channel-options").focus();
  });
  document.body.append(panel);
  panel.showPopover();
  const button = byId("channel-options").getBoundingClientRect();
  panel.style.left = `${Math.max(8, Math.min(button.left, innerWidth - panel.offsetWidth - 8))}px`;
  panel.style.top = `${button.bottom + 6}px`;
  panel.querySelector("input, select").focus();
}
