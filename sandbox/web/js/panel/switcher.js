// Who the visitor is at the moment: one click, or Alt and a digit; and beside each which roles they have.

import { h, byId, fill } from "../base/dom.js";
import { avatar, nameOf } from "../base/avatar.js";
import { announce } from "../base/announce.js";
import { icon } from "../base/icons.js";
import { store } from "../base/store.js";
import { colourOf } from "../chat/roles.js";
import { tellProblem } from "../compose/run.js";
import { openRoles } from "./roles.js";

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
  const held = document.activeElement?.closest?.("#who [data-user]")?.dataset.user;
  const onRadio = document.activeElement?.name === "who";
  fill(byId("who"), ...store.people().map(row));
  const mine = held && byId("who").querySelector(`[data-user="${CSS.escape(held)}"]`);
  if (onRadio) byId("who").querySelector("input:checked")?.focus();
  else mine?.querySelector("button")?.focus();
}

function row(person, i) {
  const radio = h("input", {
    type: "radio",
    name: "who",
    value: person.id,
    checked: person.id === store.me.id,
    class: "visually-hidden",
    on: { change: () => become(person) },
  });
  return h(
    "div",
    { class: "who-row", data: { user: person.username } },
    h(
      "label",
      { class: "who", title: `Alt+${i + 1}` },
      radio,
      avatar(person, 32),
      h(
        "span",
        { class: "who-name" },
        h("span", { class: "who-first" }, nameOf(person), person.operator && h("span", { class: "owner" }, "owner")),
        standing(person),
      ),
      h("kbd", { "aria-hidden": "true" }, `Alt ${i + 1}`),
    ),
    h(
      "button",
      {
        type: "button",
        class: "icon-button who-roles",
        "aria-label": `Roles of ${nameOf(person)}`,
        title: `Roles of ${nameOf(person)}`,
        "aria-haspopup": "dialog",
        on: { click: (event) => openRoles(person.id, event.currentTarget) },
      },
      icon("role", 18),
    ),
  );
}

function standing(person) {
  const roles = store.ordinaryRoles().filter((role) => person.roles.includes(role.id));
  if (person.operator && !roles.length) return h("small", {}, "runs the bot");
  if (!roles.length) return h("small", {}, "no roles");
  const names = roles.map((role) => role.name).join(", ");
  const dots = roles.map((role) => h("span", { class: "role-dot", style: { "--role": colourOf(role) } }));
  return h("small", { title: names }, ...dots, names);
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
