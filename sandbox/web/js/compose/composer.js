// Where one types: plain messages with files, and the way into a command.

import { h, byId, fill } from "../base/dom.js";
import { api } from "../base/api.js";
import { icon } from "../base/icons.js";
import { store } from "../base/store.js";
import { asSuggestion, matching, slashCommands, typedInFull } from "./commands.js";
import { CommandForm } from "./command-form.js";
import { combobox, suggest, closeSuggestions } from "./suggest.js";
import { tellProblem } from "./run.js";
import { thumbnail } from "./thumbnail.js";

const LONGEST_MESSAGE = 2000;

let form = null; // the command being filled in
let files = [];
let text;
let offered = ""; // the commands that are listed

export function mountComposer() {
  text = combobox(byId("composer-text"));
  text.maxLength = LONGEST_MESSAGE;
  byId("attach").append(icon("plus"));
  byId("send").append(icon("send"));
  byId("attach").addEventListener("click", () => byId("attach-input").click());
  byId("attach-input").addEventListener(
    "change",
    (event) => (receive([...event.target.files]), (event.target.value = "")),
  );
  byId("composer").addEventListener("submit", (event) => (event.preventDefault(), say()));
  text.addEventListener("input", typed);
  text.addEventListener("keydown", key);
  store.on("channel", arrive);
  store.on("user", leaveCommand);
  store.on("world", offerAnew);
  addEventListener("keydown", typeAnywhere);
}

/** A letter typed while nothing else takes text goes into the message box. */
function typeAnywhere(event) {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey || form) return;
  if (event.target.closest?.("input, textarea, select, dialog, [role=menu], [role=tablist]")) return;
  text.focus();
}

const finePointer = matchMedia("(hover: hover)");

/** On a phone the focus would bring up the keyboard. */
export function focusComposer() {
  if (finePointer.matches) text.focus({ preventScroll: true });
}

function arrive() {
  leaveCommand();
  tellProblem("");
  focusComposer();
  const channel = store.channel;
  const sign = channel?.dm ? "@" : channel?.guild_id ? "#" : "";
  text.placeholder = `Message ${sign}${channel?.name ?? ""}, or / for commands`;
}

function typed() {
  grow();
  tellProblem("");
  const whole = typedInFull(text.value);
  if (whole) return start(whole);
  offerCommands();
}

function offerCommands() {
  const found = fitting();
  offered = paths(found);
  suggest(text, found.map(asSuggestion), (item) => start(item.value), { title: "Commands" });
}

/** Another channel's commands come a moment after it; what is marked in a list that stays the same stays marked. */
function offerAnew() {
  if (document.activeElement === text && !form && paths(fitting()) !== offered) offerCommands();
}

function fitting() {
  return text.value.startsWith("/") && !text.value.includes("\n") ? matching(text.value.slice(1).trim()) : [];
}

function paths(commands) {
  return commands.map((command) => command.path).join("\n");
}

function key(event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    say();
  }
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
}

function start(command) {
  closeSuggestions(text);
  text.value = "";
  grow();
  form = new CommandForm(command, { leave: () => (leaveCommand(), text.focus()) });
  fill(byId("command-slot"), form.element);
  byId("composer").classList.add("composing-command");
  if (files.length && form.receive(files)) setFiles([]);
  form.focus();
}

function leaveCommand() {
  form = null;
  fill(byId("command-slot"));
  byId("composer").classList.remove("composing-command");
}

/** Opens a command by its name, for the hints and the bot control. */
export function begin(name, { sample = false } = {}) {
  const command = slashCommands().find((candidate) => candidate.path === name);
  if (!command) return tellProblem(`There is no /${name} yet: is the bot running?`);
  start(command);
  if (sample) form.useSample();
}

/** Files that were pasted, dropped or chosen. */
export function receive(given) {
  if (!given.length) return;
  tellProblem("");
  if (form?.receive(given)) return;
  if (form) return tellProblem(`/${form.path} takes no file.`);
  setFiles([...files, ...given].slice(0, 10));
  text.focus();
}

function setFiles(given) {
  files = given;
  const cards = files.map((file) =>
    h(
      "li",
      { class: "attached" },
      thumbnail(file, 56),
      h("span", {}, file.name),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": `Take ${file.name} away`,
          on: { click: () => setFiles(files.filter((other) => other !== file)) },
        },
        icon("close", 16),
      ),
    ),
  );
  fill(byId("attached"), ...cards);
  byId("attached").hidden = !files.length;
}

async function say() {
  const content = text.value.trim();
  if (!content && !files.length) return;
  if (content.startsWith("/") && content.length > 1)
    return tellProblem(`${content.split(" ")[0]} is not a command here. / lists them all.`);
  const [sent, held] = [text.value, files];
  text.value = "";
  setFiles([]);
  grow();
  try {
    await api.say(store.channelId, store.me.id, content, held);
  } catch (error) {
    if (!text.value) text.value = sent;
    setFiles(held);
    grow();
    tellProblem(error.message);
  }
}
