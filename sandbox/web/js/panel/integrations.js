// Server Settings → Integrations: which role may use which command, whatever the command asks for by default.

import { h, byId, fill } from "../base/dom.js";
import { api } from "../base/api.js";
import { icon } from "../base/icons.js";
import { store } from "../base/store.js";
import { colourOf } from "../chat/roles.js";
import { tellProblem } from "../compose/run.js";

const SLASH = 1;
const ADMINISTRATOR = 8n;

export function mountIntegrations() {
  byId("integrations").append(icon("gear", 20));
  byId("integrations").addEventListener("click", open);
  store.on("world", () => (byId("integrations").hidden = !store.me.moderator));
}

async function open() {
  try {
    const { commands } = await api.permissions();
    show(commands.filter((command) => command.default_member_permissions));
  } catch (error) {
    tellProblem(error.message);
  }
}

function show(commands) {
  const close = () => dialog.close();
  const rows = commands.length
    ? commands.map(row)
    : [h("p", { class: "panel-empty" }, "The bot has no commands that ask for a permission. Is it running?")];
  const dialog = h(
    "dialog",
    { class: "modal integrations", "aria-labelledby": "integrations-title" },
    h(
      "header",
      { class: "modal-head" },
      h(
        "div",
        {},
        h("h2", { id: "integrations-title" }, "Integrations"),
        h("p", {}, "Who may use commands that ask for a permission: roles that have it, and those marked here."),
      ),
      h(
        "button",
        { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } },
        icon("close", 18),
      ),
    ),
    h("div", { class: "modal-body" }, ...rows),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
}

function row(command) {
  const name = command.type === SLASH ? `/${command.command}` : command.command;
  const chips = h("div", { class: "integration-roles", role: "group", "aria-label": `Roles that may use ${name}` });
  draw(chips, command);
  return h("div", { class: "integration" }, h("strong", { class: "command-chip" }, name), chips);
}

function hasByItself(role, command) {
  const [needed, granted] = [BigInt(command.default_member_permissions), BigInt(role.permissions)];
  return needed > 0n ? (granted & needed) === needed : (granted & ADMINISTRATOR) !== 0n;
}

function draw(chips, command) {
  fill(
    chips,
    ...store.ordinaryRoles().map((role) => {
      const given = hasByItself(role, command);
      const allowed = given || command.roles[role.id] === true;
      const press = async () => {
        draw(chips, await api.permit(command.command, role.id, allowed ? null : true));
        chips.querySelector(`[data-role="${role.id}"]`).focus();
      };
      return h(
        "button",
        {
          type: "button",
          class: "chip",
          disabled: given,
          title: given ? `${role.name} has the permission that it asks for` : null,
          "aria-pressed": String(allowed),
          data: { role: role.id },
          on: { click: press },
        },
        allowed ? icon("check", 14) : h("span", { class: "role-dot", style: { "--role": colourOf(role) } }),
        role.name,
      );
    }),
  );
}
