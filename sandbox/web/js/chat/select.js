// Select menus: of texts, users, roles and channels; one or several values.

import { h, freshId } from "../base/dom.js";
import { channelsHere } from "../base/places.js";
import { store } from "../base/store.js";
import { nameOf } from "../base/avatar.js";
import { icon } from "../base/icons.js";

export const SELECTS = new Set([3, 5, 6, 7, 8]);
const [ROLES, MENTIONABLE, CHANNELS] = [6, 7, 8];

/** In a message: picking one sends at once, several are sent with a button. */
export function selectMenu(part, press) {
  if ((part.max_values ?? 1) > 1) return severalMenu(part, press);
  const select = oneOf(part, { placeholder: part.placeholder ?? "Make a selection" });
  select.addEventListener("change", async () => {
    select.disabled = true;
    try {
      await press(part.custom_id, select.value ? [select.value] : [], part.type);
    } finally {
      select.disabled = Boolean(part.disabled);
    }
  });
  return h("span", { class: "select-wrap" }, select, icon("down", 16));
}

export function oneOf(part, { placeholder, id }) {
  const choices = choicesOf(part);
  const chosen = choices.find((choice) => choice.chosen);
  return h(
    "select",
    {
      class: "select",
      id,
      disabled: part.disabled,
      data: { customId: part.custom_id },
      "aria-label": id ? null : placeholder,
    },
    h(
      "option",
      {
        value: "",
        disabled: part.required !== false && (part.min_values ?? 1) > 0,
        selected: !chosen,
        hidden: Boolean(part.required && chosen),
      },
      placeholder,
    ),
    ...choices.map((choice) => h("option", { value: choice.value, selected: choice.chosen }, choice.text)),
  );
}

function severalMenu(part, press) {
  const boxes = checkList(choicesOf(part), { max: part.max_values });
  const send = h("button", { type: "button", class: "button button-secondary", disabled: part.disabled }, "Send");
  send.addEventListener("click", () => press(part.custom_id, boxes.values(), part.type));
  return h(
    "details",
    { class: "select-several" },
    h("summary", {}, part.placeholder ?? "Make a selection", icon("down", 16)),
    boxes.element,
    send,
  );
}

/** Checkboxes, at most `max` of them ticked. */
export function checkList(choices, { max = Infinity } = {}) {
  const name = freshId("choices");
  const rows = choices.map((choice) =>
    h(
      "label",
      { class: "check-row" },
      h("input", { type: "checkbox", name, value: choice.value, checked: choice.chosen }),
      h("span", {}, choice.text, choice.description && h("small", {}, choice.description)),
    ),
  );
  const element = h("div", { class: "check-list" }, ...rows);
  const values = () => [...element.querySelectorAll("input:checked")].map((box) => box.value);
  const hold = () => {
    const full = values().length >= max;
    for (const box of element.querySelectorAll("input:not(:checked)")) box.disabled = full;
  };
  element.addEventListener("change", hold);
  hold(); // some may be ticked from the beginning
  return { element, values };
}

export function choicesOf(part) {
  if (part.options)
    return part.options.map((option) => ({
      value: option.value,
      text: option.label,
      description: option.description,
      chosen: Boolean(option.default),
    }));
  const chosen = new Set((part.default_values ?? []).map((value) => value.id));
  const pick = (id, text) => ({ value: id, text, chosen: chosen.has(id) });
  const channels = channelsHere();
  const users = store.world.users.map((user) => pick(user.id, nameOf(user)));
  const roles = store.world.roles.map((role) => pick(role.id, role.name));
  if (part.type === CHANNELS) return channels.map((channel) => pick(channel.id, `# ${channel.name}`));
  if (part.type === ROLES) return roles;
  return part.type === MENTIONABLE ? [...users, ...roles] : users;
}
