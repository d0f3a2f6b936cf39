// What kind of place a channel is: a server's, the bot's direct messages, those of others; and where a list begins.

import { store } from "./store.js";

export const FORUM = 15;
export const GROUP = 3;

export const isForum = (channel) => channel.type === FORUM;
export const isGroup = (channel) => channel.type === GROUP;
export const isThread = (channel) => Boolean(channel.parent_id);

export const guildOf = (channel) => store.world.guilds.find((guild) => guild.id === channel.guild_id) ?? null;

/** Whether the bot itself is there, not only the commands of those who added it to their account. */
export const withBot = (channel) => channel.dm || Boolean(guildOf(channel)?.bot);

/** Threads right below their channel. */
export function channelsOf(guild) {
  const own = store.world.channels.filter((channel) => channel.guild_id === guild.id);
  const below = (parent) => own.filter((channel) => channel.parent_id === parent.id);
  return own.filter((channel) => !channel.parent_id).flatMap((one) => [one, ...below(one)]);
}

/** Those that a select or an option can name where one is. */
export const channelsHere = () =>
  store.world.channels.filter((channel) => channel.guild_id && channel.guild_id === store.channel?.guild_id);
