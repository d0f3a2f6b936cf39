// Who the visitor is at the moment: member, second member or moderator; one click, or Alt and a digit.

import { h, byId, fill } from "../base/dom.js";
import { avatar, nameOf } from "../base/avatar.js";
import { announce } from "../base/announce.js";
import { store } from "../base/store.js";
import { tellProblem } from "../compose/run.js";

export function mountSwitcher() {
  store.on("world", draw);
  addEventListener("keydown", (event) => {
    const person =
      event.altKey && !event.ctrlKey && !event.metaKey && store.people()[Number(event.code.replace("Digit", "")) - 1];
    if (!person || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    become(person);
  });
}

function draw() {
  const focused = document.activeElement?.name === "who";
  const rows = store.people().map((person, i) => {
    const mine = person.id === store.me.id;
    const radio = h("input", {
      type: "radio",
      name: "who",
      value: person.id,
      checked: mine,
      class: "visually-hidden",
      on: { change: () => become(person) },
    });
    return h(
      "label",
      { class: "who", title: `Alt+${i + 1}`, data: { user: person.username } },
      radio,
      avatar(person, 32),
      h(
        "span",
        { class: "who-name" },
        nameOf(person),
        h("small", {}, person.moderator ? "may manage the server" : "makes clips"),
      ),
      h("kbd", { "aria-hidden": "true" }, `Alt ${i + 1}`),
    );
  });
  fill(byId("who"), ...rows);
  if (focused) byId("who").querySelector("input:checked")?.focus();
}

async function become(person) {
  if (person.id === store.me.id) return;
  try {
    await store.become(person.id);
    announce(`You are ${nameOf(person)} now`);
  } catch (error) {
    tellProblem(error.message);
  }
}
