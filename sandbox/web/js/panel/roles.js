// The roles of one of the people, to be given and taken away at once.

import { h } from "../base/dom.js";
import { api } from "../base/api.js";
import { announce } from "../base/announce.js";
import { nameOf } from "../base/avatar.js";
import { store } from "../base/store.js";
import { colourOf } from "../chat/roles.js";
import { tellProblem } from "../compose/run.js";

export function openRoles(userId, opener) {
  const person = store.user(userId);
  const title = `Roles of ${nameOf(person)}`;
  const boxes = store.ordinaryRoles().map((role) => box(role, person));
  const panel = h(
    "div",
    { class: "menu roles", role: "dialog", popover: "auto", "aria-label": title },
    h("p", { class: "menu-title" }, title),
    ...boxes,
  );
  panel.addEventListener("change", (event) => change(person, panel, event.target));
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    panel.remove();
    document.querySelector(`[data-user="${CSS.escape(person.username)}"] .who-roles`)?.focus();
  });
  document.body.append(panel);
  panel.showPopover();
  place(panel, opener);
  panel.querySelector("input").focus();
}

function box(role, person) {
  return h(
    "label",
    { class: "check-row" },
    h("input", { type: "checkbox", value: role.id, checked: person.roles.includes(role.id) }),
    h("span", { class: "role-name" }, h("span", { class: "role-dot", style: { "--role": colourOf(role) } }), role.name),
  );
}

async function change(person, panel, ticked) {
  const roles = [...panel.querySelectorAll("input:checked")].map((one) => one.value);
  try {
    await api.giveRoles(person.id, roles);
    announce(`${nameOf(person)} ${ticked.checked ? "is" : "is no longer"} ${store.role(ticked.value).name}`);
  } catch (error) {
    ticked.checked = !ticked.checked;
    tellProblem(error.message);
  }
}

/** Above the button: the people stand at the bottom of the window. */
function place(panel, opener) {
  const box = opener.getBoundingClientRect();
  panel.style.left = `${Math.max(8, Math.min(box.left, innerWidth - panel.offsetWidth - 8))}px`;
  panel.style.top = `${Math.max(8, box.top - panel.offsetHeight - 6)}px`;
}
