// Puts the page together and starts it.

import { store } from "./base/store.js";
import { mountStream } from "./base/stream.js";
import { mountTheme } from "./base/theme.js";
import { mountTimeline } from "./chat/timeline.js";
import { mountPlaceNote } from "./chat/place-note.js";
import { keepTimestampsLive } from "./chat/timestamps.js";
import { focusComposer, mountComposer } from "./compose/composer.js";
import { mountFiles } from "./compose/files.js";
import { mountBackstage } from "./panel/backstage.js";
import { mountBot } from "./panel/bot.js";
import { mountChannelOptions } from "./panel/channel-options.js";
import { mountIntegrations } from "./panel/integrations.js";
import { mountSidebar } from "./panel/sidebar.js";
import { mountSwitcher } from "./panel/switcher.js";

const RETRY_MS = 1000;

mountStream();
mountTheme();
mountSidebar();
mountSwitcher();
mountChannelOptions();
mountIntegrations();
mountBot();
mountTimeline();
mountComposer();
mountPlaceNote();
mountFiles();
mountBackstage();
keepTimestampsLive();
enter();

async function enter() {
  try {
    await store.enter();
    document.body.classList.remove("loading");
    focusComposer();
  } catch {
    setTimeout(enter, RETRY_MS);
  }
}
