// One line above the message box where something about the place keeps the bot or oneself from writing, with a way out.

import { h, byId, fill } from "../base/dom.js";
import { nameOf } from "../base/avatar.js";
import { icon } from "../base/icons.js";
import { isForum, isGroup, withBot } from "../base/places.js";
import { store } from "../base/store.js";
import { changeThread, install, takeDirect } from "../panel/channel-options.js";

export function mountPlaceNote() {
  for (const kind of ["world", "channel"]) store.on(kind, draw);
}

function draw() {
  const channel = store.channel;
  if (!channel) return;
  const note = noteOn(channel);
  fill(byId("place-note"), ...(note ? [icon(note.icon, 18), h("span", {}, note.text), action(note)] : []));
  byId("place-note").hidden = !note;
  byId("composer-box").hidden = isForum(channel);
}

function action({ button, act, quiet }) {
  if (!button) return null;
  const look = quiet ? "link-button" : "button button-small button-secondary";
  return h("button", { type: "button", class: look, on: { click: act } }, button);
}

function noteOn(channel) {
  if (channel.dm) return store.me.direct_messages ? null : closed();
  if (!withBot(channel)) return store.me.installed ? added() : absent(channel);
  if (channel.locked) return locked();
  if (channel.archived) return archived();
  return isForum(channel) ? forum() : null;
}

const bot = () => nameOf(store.world.users.find((user) => user.bot));

const absent = (channel) => ({
  icon: "out",
  text: `${bot()} is not in this ${isGroup(channel) ? "group" : "server"}. Added to your account, its commands work here.`,
  button: "Add to my account",
  act: () => install(true),
});

const added = () => ({
  icon: "check",
  text: `You have added ${bot()} to your account: its commands work here.`,
  button: "Take it off",
  act: () => install(false),
  quiet: true,
});

const closed = () => ({
  icon: "lock",
  text: `You take no direct messages from ${bot()}.`,
  button: "Take them again",
  act: () => takeDirect(true),
});

const archived = () => ({
  icon: "archive",
  text: "This thread is archived. A message opens it again.",
  button: "Open it",
  act: () => changeThread({ archived: false }),
});

const locked = () => ({
  icon: "lock",
  text: "A moderator has locked this thread.",
  button: store.me.moderator && "Unlock it",
  act: () => changeThread({ locked: false, archived: false }),
});

const forum = () => ({ icon: "forum", text: "A forum holds posts. Open one to write in it." });
