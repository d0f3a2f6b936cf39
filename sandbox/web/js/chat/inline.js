// Discord's markdown inside a line, as nodes: emphasis, code, spoilers, links, mentions and timestamps.

import { h, webAddress } from "../base/dom.js";
import { store } from "../base/store.js";
import { nameOf } from "../base/avatar.js";
import { jumpTo, placeIn } from "./jump.js";
import { roleMention } from "./roles.js";
import { timestamp } from "./timestamps.js";

// Each rule: where it starts, and what it becomes. The first that matches at a position wins.
const RULES = [
  [/^\\([^\w\s])/, (m) => m[1]],
  [/^(`{1,2})([^`](?:[\s\S]*?[^`])?)\1(?!`)/, (m) => h("code", {}, m[2])],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (m) => timestamp(Number(m[1]), m[2])],
  [/^<@!?(\d+)>/, (m) => mention(m[1])],
  [/^<@&(\d+)>/, (m) => roleMention(m[1])],
  [/^<#(\d+)>/, (m) => channelMention(m[1])],
  [/^<\/([^:>]+):\d+>/, (m) => h("span", { class: "mention" }, `/${m[1]}`)],
  [/^<a?:(\w+):\d+>/, (m) => `:${m[1]}:`],
  [/^@(everyone|here)\b/, (m) => h("span", { class: "mention" }, `@${m[1]}`)],
  [/^\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"([^"]*)")?\)/, (m) => link(m[2], inline(m[1]), m[3])],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => link(m[1], [m[1]])],
  [/^https?:\/\/[^\s<]*[^\s<.,:;"')\]!?*_~|]/, (m) => link(m[0], [m[0]])],
  [/^\*\*\*((?:\\.|[^\\])+?)\*\*\*(?!\*)/, (m) => h("strong", {}, h("em", {}, ...inline(m[1])))],
  [/^\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/, (m) => h("strong", {}, ...inline(m[1]))],
  [/^__((?:\\.|[^\\])+?)__(?!_)/, (m) => h("u", {}, ...inline(m[1]))],
  [/^\*(?!\s)((?:\*\*|\\.|[^*\\])+?)(?<!\s)\*(?!\*)/, (m) => h("em", {}, ...inline(m[1]))],
  [/^_((?:__|\\.|[^_\\])+?)_(?!\w)/, (m) => h("em", {}, ...inline(m[1]))],
  [/^~~((?:\\.|[^\\])+?)~~(?!~)/, (m) => h("s", {}, ...inline(m[1]))],
  [/^\|\|([\s\S]+?)\|\|/, (m) => spoiler(m[1])],
];
const STARTS = /[\\`<@[h*_~|]/g;

export function inline(text) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const found = match(text, at);
    if (!found) {
      STARTS.lastIndex = at + 1;
      const next = STARTS.exec(text)?.index ?? text.length;
      plain += text.slice(at, next);
      at = next;
      continue;
    }
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(found.node);
    at += found.length;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function match(text, at) {
  if (text[at] === "_" && /\w/.test(text[at - 1] ?? "")) return null; // snake_case is a word
  const rest = text.slice(at);
  for (const [pattern, make] of RULES) {
    const found = pattern.exec(rest);
    if (found) return { node: make(found), length: found[0].length };
  }
  return null;
}

function link(address, children, title) {
  const place = placeIn(address);
  if (place) return placeLink(place, children[0] === address ? null : children);
  const href = webAddress(address);
  if (!href) return h("span", {}, ...children);
  return h("a", { href, title: title ?? address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function placeLink(place, children) {
  const channel = store.world?.channels.find((candidate) => candidate.id === place.channelId);
  const name = channel ? (channel.guild_id ? `#${channel.name}` : "direct messages") : "#unknown";
  const text = children ?? [place.messageId ? `${name} › message` : name];
  return h(
    "button",
    { type: "button", class: children ? "link-button" : "mention", on: { click: () => jumpTo(place) } },
    ...text,
  );
}

function mention(id) {
  const user = store.user(id);
  const mine = id === store.me?.id;
  return h("span", { class: mine ? "mention mention-me" : "mention" }, `@${user ? nameOf(user) : "unknown-user"}`);
}

function channelMention(id) {
  const channel = store.world?.channels.find((candidate) => candidate.id === id);
  if (!channel) return h("span", { class: "mention" }, "#unknown");
  return h("button", { type: "button", class: "mention", on: { click: () => store.open(id) } }, `#${channel.name}`);
}

function spoiler(text) {
  const reveal = (event) => {
    event.currentTarget.classList.add("revealed");
    event.currentTarget.removeAttribute("aria-label");
  };
  return h(
    "button",
    { type: "button", class: "spoiler", "aria-label": "Spoiler, press to show", on: { click: reveal } },
    h("span", {}, ...inline(text)),
  );
}
