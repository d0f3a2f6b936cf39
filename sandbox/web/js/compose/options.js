// The inputs for a command's options, by their type; each tells its value or what is wrong with it.

import { h } from "../base/dom.js";
import { api } from "../base/api.js";
import { store } from "../base/store.js";
import { fixedChoices } from "./choices.js";
import { combobox, suggest, closeSuggestions } from "./suggest.js";
import { attachmentInput } from "./attachment-option.js";

const TYPING_PAUSE_MS = 180;
const MOST_NAMED = 6;
const [INTEGER, NUMBER, ATTACHMENT] = [4, 10, 11];

/** → {element, input, read() → {value} | {problem} | {} , file?()}; `form` knows the command and the other options. */
export function optionInput(option, form) {
  if (option.type === ATTACHMENT) return attachmentInput(option, { clearable: option.required });
  const fixed = fixedChoices(option);
  if (fixed) return chooser(option, fixed, form);
  if (option.autocomplete) return autocompleted(option, form);
  return typed(option);
}

/** Only what stands in the list can be chosen; typing filters it. */
function chooser(option, choices, form) {
  const input = combobox(line(option, "Choose"));
  let chosen = null;
  const offer = () => {
    const wanted = chosen ? "" : bare(input.value);
    suggest(
      input,
      choices.filter((choice) => bare(choice.text).includes(wanted)),
      take,
      { title: titleOf(option), empty: `Nothing here fits “${input.value.trim()}”.` },
    );
  };
  const take = (choice) => {
    chosen = choice;
    input.value = choice.text;
    grow(input);
    form.settled(option.name);
  };
  input.addEventListener("focus", offer);
  input.addEventListener("click", offer);
  input.addEventListener("input", () => {
    chosen = choices.find((choice) => bare(choice.text) === bare(input.value)) ?? null;
    offer();
  });
  const read = () =>
    chosen
      ? { value: chosen.value }
      : input.value.trim()
        ? { problem: `${option.name}: “${input.value.trim()}” is not in the list. ${named(choices)}` }
        : {};
  return { element: input, input, read };
}

/** A name as it is compared: people type @ and # before it, or leave them out. */
const bare = (text) => text.trim().toLowerCase().replace(/^[@#]\s*/, "");

function named(choices) {
  if (choices.length > MOST_NAMED) return "Choose one of it.";
  return `Choose ${choices.map((choice) => choice.text).join(", ")}.`;
}

function autocompleted(option, form) {
  const input = combobox(line(option));
  let chosen = null;
  let timer = 0;
  let turn = 0;
  const ask = async () => {
    const mine = ++turn;
    const choices = await api
      .autocomplete({
        as: store.me.id,
        channel: store.channelId,
        command: form.path,
        options: { ...form.present(), [option.name]: input.value },
        focused: option.name,
      })
      .then(
        (answer) => answer.choices,
        () => [],
      );
    if (mine !== turn || document.activeElement !== input) return;
    suggest(
      input,
      choices.map((choice) => ({ text: choice.name, value: choice.value })),
      take,
      { title: titleOf(option), first: false, empty: "No suggestions. What you type is taken as it is." },
    );
  };
  const take = (choice) => {
    chosen = choice;
    input.value = choice.text;
    grow(input);
    form.settled(option.name);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, TYPING_PAUSE_MS);
  };
  input.addEventListener("focus", soon);
  input.addEventListener("input", () => {
    chosen = null;
    soon();
  });
  input.addEventListener("blur", () => closeSuggestions(input));
  return { element: input, input, read: () => (chosen ? { value: chosen.value } : readText(option, input.value)) };
}

function typed(option) {
  const input = option.type === INTEGER || option.type === NUMBER ? line(option, bounds(option)) : area(option);
  return { element: input, input, read: () => readText(option, input.value) };
}

function readText(option, text) {
  const value = text.trim();
  if (!value) return {};
  if (option.type === INTEGER || option.type === NUMBER) return readNumber(option, value);
  if (value.length < (option.min_length ?? 0))
    return { problem: `${option.name} needs at least ${option.min_length} characters.` };
  if (value.length > (option.max_length ?? 6000))
    return { problem: `${option.name} takes at most ${option.max_length} characters; these are ${value.length}.` };
  return { value };
}

function readNumber(option, text) {
  const value = Number(text);
  if (!Number.isFinite(value) || (option.type === INTEGER && !Number.isInteger(value)))
    return { problem: `${option.name} must be a ${option.type === INTEGER ? "whole " : ""}number.` };
  if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity))
    return { problem: `${option.name} must be ${bounds(option)}.` };
  return { value };
}

function bounds({ min_value: low, max_value: high }) {
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  if (low !== undefined) return `${low} or more`;
  return high === undefined ? "" : `${high} or less`;
}

const titleOf = (option) => `${option.name} · ${option.description}`;

function line(option, placeholder = "") {
  const number = option.type === INTEGER || option.type === NUMBER;
  const input = h("input", {
    type: "text",
    class: "pill-input",
    inputmode: number && !option.choices ? "numeric" : null,
    placeholder,
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": titleOf(option),
  });
  input.addEventListener("input", () => grow(input));
  grow(input);
  return input;
}

function area(option) {
  const input = h("textarea", {
    class: "pill-input pill-area",
    rows: 1,
    "aria-label": titleOf(option),
    autocomplete: "off",
  });
  input.addEventListener("input", () => grow(input));
  grow(input);
  return input;
}

/** As wide as its text; a text area as high as well. */
function grow(input) {
  input.style.width = `calc(${Math.min(44, Math.max(5, (input.value || input.placeholder).length + 0.5))}ch + 20px)`;
  if (input.tagName !== "TEXTAREA") return;
  input.style.height = "auto";
  if (input.scrollHeight) input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
}
