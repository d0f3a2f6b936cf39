// What an option's list offers: its own choices, yes or no, people, roles, channels.

import { h } from "../base/dom.js";
import { avatar, nameOf } from "../base/avatar.js";
import { channelsHere, isThread } from "../base/places.js";
import { store } from "../base/store.js";
import { channelIcon } from "../chat/channel-icon.js";
import { colourOf } from "../chat/roles.js";

const [BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE] = [5, 6, 7, 8, 9];
const FACE = 28;

/** → the choices, or null where anything can be typed. */
export function fixedChoices(option) {
  if (option.choices?.length) return option.choices.map((choice) => ({ text: choice.name, value: choice.value }));
  return LISTS[option.type]?.(option) ?? null;
}

const LISTS = {
  [BOOLEAN]: () => [
    { text: "True", value: true },
    { text: "False", value: false },
  ],
  [USER]: () => store.world.users.map(person),
  [CHANNEL]: (option) =>
    channelsHere()
      .filter((one) => !option.channel_types?.length || option.channel_types.includes(one.type))
      .map(channel),
  [ROLE]: () => store.world.roles.map(role),
  [MENTIONABLE]: () => [...store.world.users.map(person), ...store.world.roles.map(role)],
};

const person = (user) => ({
  text: nameOf(user),
  detail: `@${user.username}`,
  face: avatar(user, FACE),
  value: user.id,
});

const role = (one) => ({
  text: one.name,
  detail: one.ordinary ? "" : one.name === "@everyone" ? "every member" : "the bot’s own role",
  face: framed(h("span", { class: "role-dot", style: { "--role": colourOf(one) } })),
  value: one.id,
});

const channel = (one) => ({
  text: one.name,
  detail: isThread(one) ? `in #${store.channelById(one.parent_id)?.name}` : one.topic,
  face: framed(channelIcon(one)),
  value: one.id,
});

const framed = (drawing) => h("span", { class: "suggestion-face" }, drawing);
