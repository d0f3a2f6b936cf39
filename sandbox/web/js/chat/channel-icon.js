// A channel's drawing: a thread, one that not everybody sees, an ordinary one.

import { icon } from "../base/icons.js";

export const isThread = (channel) => Boolean(channel.parent_id);

export function channelIcon(channel, size = 20) {
  return icon(isThread(channel) ? "thread" : channel.private ? "lock" : "hash", size);
}
