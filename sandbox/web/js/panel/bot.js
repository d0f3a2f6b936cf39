// The bot's light, and the two buttons that kill and start it.

import { byId, fill } from "../base/dom.js";
import { api } from "../base/api.js";
import { announce } from "../base/announce.js";
import { icon } from "../base/icons.js";
import { store } from "../base/store.js";
import { nameOf } from "../base/avatar.js";
import { tellProblem } from "../compose/run.js";

let state = null;

export function mountBot() {
  byId("bot-kill").prepend(icon("bolt", 16));
  byId("bot-start").prepend(icon("play", 16));
  byId("bot-kill").addEventListener("click", () => ask(api.kill));
  byId("bot-start").addEventListener("click", () => ask(api.start));
  store.on("world", () => state ?? show(store.world.bot)); // later ones may be older than an event
  store.on("bot", (event) => show({ ...state, ...event }));
  store.on("link", linked);
}

function linked({ up }) {
  byId("link-lost").hidden = up;
  if (up) ask(api.bot);
}

async function ask(call) {
  try {
    show({ ...state, ...(await call()) });
  } catch (error) {
    tellProblem(error.message);
  }
}

const WORDS = { online: "online", starting: "starting…", offline: "offline" };

function kindOf({ running, ready }) {
  if (!running) return "offline";
  return ready ? "online" : "starting";
}

function show(bot) {
  if (!bot) return;
  const [before, now] = [state && kindOf(state), kindOf(bot)];
  state = bot;
  byId("bot").dataset.state = now;
  fill(byId("bot-name"), nameOf(store.world.users.find((user) => user.bot)));
  fill(byId("bot-word"), WORDS[now]);
  byId("bot").title = bot.running ? `Process ${bot.pid}` : "The bot’s process is not running";
  handOver(bot.running ? byId("bot-start") : byId("bot-kill"), bot.running ? byId("bot-kill") : byId("bot-start"));
  if (before && before !== now) announce(`The bot is ${WORDS[now]}`);
  if (before !== now && now === "online") store.refreshWorld().catch(() => {});
}

/** One of the two buttons is shown; the focus goes with it. */
function handOver(from, to) {
  const held = document.activeElement === from;
  from.hidden = true;
  to.hidden = false;
  if (held) to.focus();
}
