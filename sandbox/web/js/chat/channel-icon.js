// A channel's drawing: a thread, a forum, several people, one that not everybody sees, an ordinary one.

import { icon } from "../base/icons.js";
import { isForum, isGroup, isThread } from "../base/places.js";

export function channelIcon(channel, size = 20) {
  return icon(drawing(channel), size);
}

function drawing(channel) {
  if (isThread(channel)) return channel.locked ? "lock" : "thread";
  if (isForum(channel)) return "forum";
  if (isGroup(channel)) return "people";
  return channel.private ? "lock" : "hash";
}
