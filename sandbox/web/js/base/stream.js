// Live updates by server-sent events; after a break everything is read anew.

import { store } from "./store.js";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;

let source = null;
let retryMs = FIRST_RETRY_MS;
let timer = 0;

export function mountStream() {
  store.on("user", follow);
}

function follow() {
  clearTimeout(timer);
  source?.close();
  const mine = new EventSource(`/sandbox/events?as=${encodeURIComponent(store.me.id)}`);
  source = mine;
  mine.onopen = () => {
    retryMs = FIRST_RETRY_MS;
    store.tell("link", { up: true });
    catchUp(); // whatever happened before this moment
  };
  mine.onmessage = (event) => mine === source && take(JSON.parse(event.data));
  mine.onerror = () => {
    store.tell("link", { up: false });
    if (mine.readyState === EventSource.CLOSED && mine === source) again();
  };
}

function again() {
  timer = setTimeout(follow, retryMs);
  retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
}

async function catchUp() {
  try {
    await store.refreshWorld();
    await store.reload();
  } catch {
    // the stream's own error brings us here again
  }
}

const TAKEN = {
  message: (event) => store.put(event.channel, event.message),
  delete: (event) => store.drop(event.channel, event.message_id),
  world: () => store.refreshWorld(),
};

function take(event) {
  TAKEN[event.kind]?.(event);
  if (event.kind === "bot" || event.kind === "wire" || event.kind === "wan" || event.kind === "interaction") {
    store.tell(event.kind, event);
  }
}
