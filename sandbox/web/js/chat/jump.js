// Links to messages stay in the page: they lead to the message instead of to the real Discord.

import { store } from "../base/store.js";

const LINK = /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?\/?$/;
const FLASH_MS = 1600;

/** → {channel, message} or null where the address is no link to a message or channel. */
export function placeIn(address) {
  const found = LINK.exec(address);
  return found ? { channelId: found[1], messageId: found[2] ?? null } : null;
}

export async function jumpTo({ channelId, messageId }) {
  if (channelId !== store.channelId && store.world.channels.some((channel) => channel.id === channelId))
    await store.open(channelId);
  const element = messageId && document.getElementById(`message-${messageId}`);
  if (!element) return;
  element.scrollIntoView({ block: "center" });
  element.classList.add("message-flash");
  setTimeout(() => element.classList.remove("message-flash"), FLASH_MS);
}
