// A modal the bot answered with, as a real dialog.

import { h } from "../base/dom.js";
import { avatar, nameOf } from "../base/avatar.js";
import { store } from "../base/store.js";
import { field } from "./fields.js";

/** `submit(values, files)` resolves when the bot has taken it; its error is shown in the dialog, which stays open. */
export function openModal(interactionId, data, submit) {
  const fields = (data.components ?? []).map(field);
  const problem = h("p", { class: "field-problem", role: "alert", hidden: true });
  const send = h("button", { class: "button button-primary", type: "submit" }, "Submit");
  const form = h(
    "form",
    { method: "dialog", class: "modal-form" },
    head(data.title),
    h("div", { class: "modal-body" }, ...fields.map((one) => one.element), problem),
    h(
      "footer",
      { class: "modal-foot" },
      h("button", { class: "button button-plain", type: "button", on: { click: () => dialog.close() } }, "Cancel"),
      send,
    ),
  );
  const dialog = h("dialog", { class: "modal", "aria-label": data.title, data: { interaction: interactionId } }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.setAttribute("aria-busy", "true");
    problem.hidden = true;
    try {
      await submit(...collect(fields));
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      send.removeAttribute("aria-busy");
    }
  });
  show(dialog);
}

function head(title) {
  const bot = store.world.users.find((user) => user.bot);
  return h(
    "header",
    { class: "modal-head" },
    avatar(bot, 32),
    h("div", {}, h("h2", {}, title), h("p", {}, `${nameOf(bot)} asks`)),
  );
}

function collect(fields) {
  const values = {};
  const files = [];
  for (const one of fields.filter((candidate) => candidate.customId)) {
    const value = one.read();
    if (value !== undefined) values[one.customId] = value;
    for (const file of one.files()) files.push([one.customId, file]);
  }
  return [values, files];
}

/** Opens, and is taken out of the page when it closes. A press beside it closes it too. */
function show(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
}
