// The inputs a modal can hold: text, selects, files, radio groups and checkboxes, each with a way to read its value.

import { h, freshId } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { attachmentInput } from "../compose/attachment-option.js";
import { checkList, choicesOf, oneOf, SELECTS } from "./select.js";
import { markdown } from "./markdown.js";

/** → {element, read(): value | undefined, files(): File[], missing(): sentence | null, put?(file), customId}, or
 * {element} for mere text. */
export function field(part) {
  if (part.type === 18) return labelled(part.component, part.label, part.description);
  if (part.type === 1) return field(part.components[0]);
  if (part.type === 10) return { element: h("div", { class: "modal-text" }, markdown(part.content)) };
  return labelled(part, part.label, null);
}

function labelled(part, text, description) {
  const id = freshId("field");
  const hint = description ? h("p", { class: "field-hint", id: `${id}-hint` }, description) : null;
  const made = make(part, id, text);
  const required = part.required !== false && part.type !== 23;
  const title = [text, required && h("span", { class: "required", "aria-hidden": "true" }, " *")];
  const head = made.grouped ? h("legend", {}, ...title) : h("label", { for: id }, ...title);
  if (hint) made.control.setAttribute("aria-describedby", hint.id);
  const element = h(
    made.grouped ? "fieldset" : "div",
    { class: "field" },
    part.type === 23 ? null : head,
    hint,
    made.element ?? made.control,
  );
  const { read, put, missing = () => null, files = () => [] } = made;
  return { element, customId: part.custom_id, read, files, put, missing };
}

function make(part, id, text) {
  if (SELECTS.has(part.type)) return select(part, id);
  return (MAKERS[part.type] ?? textInput)(part, id, text);
}

const MAKERS = { 4: textInput, 19: fileUpload, 21: radioGroup, 22: checkboxGroup, 23: checkbox };

function textInput(part, id) {
  const props = {
    id,
    class: "input",
    required: part.required !== false,
    minlength: part.min_length,
    maxlength: part.max_length ?? 4000,
    placeholder: part.placeholder,
    value: part.value ?? "",
    autocomplete: "off",
  };
  const control = part.style === 2 ? h("textarea", { ...props, rows: 4 }) : h("input", { ...props, type: "text" });
  return { control, read: () => control.value };
}

function select(part, id) {
  if ((part.max_values ?? 1) > 1) {
    const boxes = checkList(choicesOf(part), { max: part.max_values });
    return { control: boxes.element, grouped: true, read: boxes.values };
  }
  const control = oneOf(part, { id, placeholder: part.placeholder ?? "Make a selection" });
  control.required = part.required !== false;
  return {
    control,
    element: h("span", { class: "select-wrap" }, control, icon("down", 16)),
    read: () => (control.value ? [control.value] : []),
  };
}

function fileUpload(part, id, text) {
  if ((part.max_values ?? 1) === 1) return oneFile(part, text);
  const control = h("input", {
    id,
    class: "file-input",
    type: "file",
    multiple: true,
    required: isNeeded(part),
  });
  return { control, read: () => undefined, files: () => [...control.files] };
}

const isNeeded = (part) => part.required !== false && (part.min_values ?? 1) > 0;

function oneFile(part, text) {
  const chosen = attachmentInput({ name: text });
  return {
    control: chosen.element,
    grouped: true,
    put: chosen.put,
    read: () => undefined,
    files: () => [chosen.file()].filter(Boolean),
    missing() {
      if (!isNeeded(part) || chosen.file()) return null;
      chosen.input.focus();
      return `${text}: a file is needed.`;
    },
  };
}

function radioGroup(part, id) {
  const rows = part.options.map((option) =>
    h(
      "label",
      { class: "check-row" },
      h("input", {
        type: "radio",
        name: id,
        value: option.value,
        checked: option.default,
        required: part.required !== false,
      }),
      h("span", {}, option.label, option.description && h("small", {}, option.description)),
    ),
  );
  const control = h("div", { class: "check-list", role: "radiogroup" }, ...rows);
  return { control, grouped: true, read: () => control.querySelector("input:checked")?.value };
}

function checkboxGroup(part) {
  const boxes = checkList(
    part.options.map((option) => ({
      value: option.value,
      text: option.label,
      description: option.description,
      chosen: Boolean(option.default),
    })),
    { max: part.max_values },
  );
  return { control: boxes.element, grouped: true, read: boxes.values };
}

function checkbox(part, id, text) {
  const control = h("input", { id, type: "checkbox", checked: part.default });
  return {
    control,
    element: h("label", { class: "check-row", for: id }, control, h("span", {}, text)),
    read: () => control.checked,
  };
}
