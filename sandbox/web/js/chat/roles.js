// Roles as they look: a dot in their colour, and their name in mentions.

import { h } from "../base/dom.js";
import { store } from "../base/store.js";

/** A role without a colour of its own has the text's. */
export const colourOf = (role) => (role?.colour ? `#${role.colour.toString(16).padStart(6, "0")}` : "currentcolor");

export function roleMention(id) {
  const role = store.role(id);
  const name = role?.name ?? "unknown-role";
  return h(
    "span",
    { class: "mention" },
    role?.colour ? h("span", { class: "role-dot", style: { "--role": colourOf(role) } }) : null,
    name.startsWith("@") ? name : `@${name}`,
  );
}
