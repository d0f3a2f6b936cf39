// The top of a channel; for a first visit it says what to type.

import { h } from "../base/dom.js";
import { store } from "../base/store.js";
import { mark, avatar, nameOf } from "../base/avatar.js";
import { icon } from "../base/icons.js";
import { guildOf, isForum, isGroup, withBot } from "../base/places.js";
import { begin } from "../compose/composer.js";

export function welcome(messages) {
  const channel = store.channel;
  if (!channel) return null;
  const used = messages.some((message) => message.author.bot);
  return h(
    "li",
    { class: messages.length ? "welcome welcome-small" : "welcome" },
    face(channel),
    h("h2", {}, title(channel)),
    h("p", {}, said(channel)),
    isForum(channel) ? posts(channel) : used || !mayAnimate() ? null : hint(),
  );
}

const botName = () => nameOf(store.world.users.find((user) => user.bot));

/** Whether there is a point in saying how to begin: not where the commands are not, or where a thread is archived. */
function mayAnimate() {
  const channel = store.channel;
  if (channel.archived || !(withBot(channel) || store.me.installed)) return false;
  return !store.world.commands.length || store.world.commands.some((command) => command.name === "animate");
}

function title(channel) {
  if (channel.dm) return `You and ${botName()}`;
  return channel.parent_id || isGroup(channel) ? channel.name : `#${channel.name}`;
}

function posts(forum) {
  const below = store.world.channels.filter((channel) => channel.parent_id === forum.id);
  const entries = below.map((post) =>
    h(
      "button",
      { type: "button", class: "hint-action", on: { click: () => store.open(post.id) } },
      icon("thread", 22),
      h("span", {}, h("strong", {}, post.name), h("small", {}, post.archived ? "archived" : "open")),
    ),
  );
  return h("div", { class: "hints" }, ...entries);
}

function face(channel) {
  return channel.dm
    ? avatar(
        store.world.users.find((user) => user.bot),
        56,
      )
    : h("span", { class: "welcome-mark" }, mark(56));
}

function said(channel) {
  if (channel.dm) return "Direct messages between the two of you.";
  if (isGroup(channel)) return `Direct messages of ${channel.people.map((id) => nameOf(store.user(id))).join(", ")}.`;
  if (channel.parent_id) return `A ${isForum(store.channelById(channel.parent_id)) ? "post" : "thread"} in #${store.channelById(channel.parent_id)?.name}.`;
  return channel.topic ?? `The beginning of #${channel.name} in ${guildOf(channel).name}.`;
}

function hint() {
  const animate = h(
    "button",
    { type: "button", class: "hint-action", on: { click: () => begin("animate") } },
    icon("wand", 22),
    h(
      "span",
      {},
      h("strong", {}, "Type ", h("kbd", {}, "/animate")),
      h("small", {}, "Attach a photo, say what should move, press Enter"),
    ),
  );
  const sample = h(
    "button",
    { type: "button", class: "hint-action", on: { click: () => begin("animate", { sample: true }) } },
    icon("image", 22),
    h(
      "span",
      {},
      h("strong", {}, "Use a sample picture"),
      h("small", {}, "No image at hand? The page draws one for you"),
    ),
  );
  return h(
    "div",
    { class: "hints" },
    animate,
    sample,
    h(
      "p",
      { class: "hint-more" },
      "Nothing leaves this machine: no token, no key, no money. ",
      h("kbd", {}, "/"),
      " lists every command.",
    ),
  );
}
