// The top of a channel; for a first visit it says what to type.

import { h } from "../base/dom.js";
import { store } from "../base/store.js";
import { mark, avatar, nameOf } from "../base/avatar.js";
import { icon } from "../base/icons.js";
import { begin } from "../compose/composer.js";

export function welcome(messages) {
  const channel = store.channel;
  if (!channel) return null;
  const used = messages.some((message) => message.author.bot);
  return h(
    "li",
    { class: messages.length ? "welcome welcome-small" : "welcome" },
    face(channel),
    h("h2", {}, channel.dm ? `You and ${botName()}` : `${channel.parent_id ? "" : "#"}${channel.name}`),
    h("p", {}, said(channel)),
    used ? null : hint(),
  );
}

const botName = () => nameOf(store.world.users.find((user) => user.bot));

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
  if (channel.parent_id) return `A thread in #${store.channelById(channel.parent_id)?.name}.`;
  return channel.topic ?? `The beginning of #${channel.name} in ${store.world.guild.name}.`;
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
