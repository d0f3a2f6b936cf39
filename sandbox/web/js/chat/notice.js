// Something only this page says, such as that nobody answered a command.

import { store } from "../base/store.js";

let counter = 0;

export function notice(content, interaction) {
  store.put(store.channelId, {
    id: `local-${++counter}`,
    local: true,
    author: store.world.users.find((user) => user.bot),
    content,
    timestamp: new Date().toISOString(),
    ephemeral: true,
    channel_id: store.channelId,
    interaction_metadata: interaction,
  });
}
