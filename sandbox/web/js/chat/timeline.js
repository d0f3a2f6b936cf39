// The list of messages: keeps what has not changed (a playing clip plays on), stays at the end when read to the end.

import { byId, fill } from "../base/dom.js";
import { store } from "../base/store.js";
import { announce } from "../base/announce.js";
import { nameOf } from "../base/avatar.js";
import { icon } from "../base/icons.js";
import { messageItem, snippet, follows } from "./message.js";
import { welcome } from "./welcome.js";

const NEAR_END_PX = 120;

let list;
let scroller;

export function mountTimeline() {
  [list, scroller] = [byId("messages"), byId("scroller")];
  store.on("messages", redraw);
  store.on("channel", () => (store.channels.has(store.channelId) ? redraw() : fill(list))); // nobody sees another's list
  store.on("world", welcomeAnew);
  store.on("message", ({ message, before }) => changed(message, before));
  store.on("delete", ({ id }) => removed(id));
  scroller.addEventListener("scroll", showJump, { passive: true });
  byId("jump").append(icon("down", 16));
  byId("jump").addEventListener("click", () => toEnd());
  new ResizeObserver(() => wasAtEnd && toEnd("instant")).observe(list);
  new ResizeObserver(() => wasAtEnd && toEnd("instant")).observe(scroller);
}

let wasAtEnd = true;
const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;

function toEnd(behavior = "auto") {
  scroller.scrollTo({ top: scroller.scrollHeight, behavior });
}

function showJump() {
  wasAtEnd = atEnd();
  byId("jump").hidden = wasAtEnd;
}

const visible = () => store.messages.filter((message) => !store.dismissed.has(message.id));

function redraw() {
  const messages = visible();
  list.setAttribute("aria-label", `Messages in ${store.channel?.name ?? "this channel"}`);
  const items = messages.map((message, i) => messageItem(message, messages[i - 1]));
  for (const item of items) keepPlayers(list, item);
  fill(list, welcome(messages), ...items);
  wasAtEnd = true;
  toEnd("instant");
}

/** Which commands there are, and so what one is told to type, may be another now. */
function welcomeAnew() {
  const old = list.querySelector(".welcome");
  if (old) old.replaceWith(welcome(visible()));
}

function changed(message, before) {
  if (store.dismissed.has(message.id)) return;
  const messages = visible();
  const at = messages.findIndex((one) => one.id === message.id);
  const fresh = messageItem(message, messages[at - 1]);
  const old = byId(`message-${message.id}`);
  if (old) swap(old, fresh);
  else insert(fresh, messages[at + 1]);
  regroup(messages[at], messages[at + 1]);
  list.querySelector(".welcome")?.classList.toggle("welcome-small", messages.length > 0);
  if ((!before || before.deferred) && !message.deferred) announce(`${nameOf(message.author)}: ${snippet(message)}`);
  if (wasAtEnd || message.author.id === store.me.id) toEnd();
}

function insert(fresh, next) {
  const before = next && byId(`message-${next.id}`);
  fresh.classList.add("message-new");
  if (before) before.before(fresh);
  else list.append(fresh);
}

/** A player whose file is still there is carried over. */
function keepPlayers(old, fresh) {
  for (const player of fresh.querySelectorAll("video[data-key]")) {
    const playing = old.querySelector(`video[data-key="${CSS.escape(player.dataset.key)}"]`);
    if (playing) player.replaceWith(playing);
  }
}

/** The focus stays on the same control. */
function swap(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.customId : null;
  keepPlayers(old, fresh);
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(`[data-custom-id="${CSS.escape(focused)}"]`)?.focus();
}

/** The next message may now follow, or no longer follow, the same author. */
function regroup(message, next) {
  const element = next && byId(`message-${next.id}`);
  if (element && element.classList.contains("message-lead") === follows(next, message))
    swap(element, messageItem(next, message));
}

function removed(id) {
  const element = byId(`message-${id}`);
  if (!element) return;
  const held = element.contains(document.activeElement);
  element.remove();
  const messages = visible();
  messages.forEach((message, i) => regroup(messages[i - 1], message));
  if (held) byId("composer-text")?.focus();
}
