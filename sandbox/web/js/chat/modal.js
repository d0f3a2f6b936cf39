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
      h("button", { class: "button button-plain", type: "button", on: { click: () => leave(dialog) } }, "Cancel"),
      send,
    ),
  );
  const dialog = h("dialog", { class: "modal", "aria-label": data.title, data: { interaction: interactionId } }, form);
  const tell = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
    if (text) problem.scrollIntoView({ block: "nearest" });
  };
  dialog.addEventListener("files", (event) => fields.find((one) => one.put)?.put(event.detail[0]));
  form.addEventListener("settled", () => tell(""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell(missing(fields));
    if (!problem.hidden) return;
    send.setAttribute("aria-busy", "true");
    try {
      await submit(...collect(fields));
      leave(dialog);
    } catch (error) {
      tell(error.message);
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

const missing = (fields) => fields.map((one) => one.missing?.()).find(Boolean) ?? "";

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

/** Chromium gives the focus back, but leaves the caret in the dialog that is gone: what is typed would be lost. */
function giveCaretBack(element) {
  if (!element.matches("input, textarea")) return;
  element.blur();
  element.focus({ preventScroll: true });
}

/** Opens. A press beside it closes it, and so does Escape, which the browser sees to. */
function show(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => leave(dialog));
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && leave(dialog));
  dialog.showModal();
}

/** At once: its event waits for the next frame, and what is typed until then would be lost. */
function leave(dialog) {
  if (!dialog.isConnected) return;
  dialog.close();
  dialog.remove();
  giveCaretBack(document.activeElement);
}
