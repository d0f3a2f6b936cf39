// The composer while a command is filled in: its name, a pill for each option, the list of those that can be added.

import { h, fill } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { wantsSound } from "./attachment-option.js";
import { optionInput } from "./options.js";
import { runCommand, tellProblem } from "./run.js";
import { samplePicture } from "./sample.js";

export class CommandForm {
  constructor(command, { leave }) {
    this.command = command;
    this.path = command.path;
    this.leave = leave;
    this.pills = new Map(); // option name → {option, element, control}
    this.hint = h("p", { class: "command-hint" }, command.description);
    this.row = h("div", { class: "pills" });
    this.optional = h("div", { class: "optional", role: "group", "aria-label": "Options that can be added" });
    this.element = h(
      "div",
      {
        class: "command",
        role: "group",
        "aria-label": `/${command.path}`,
        on: { keydown: (event) => this.#key(event), settled: () => this.#advance() },
      },
      this.#head(),
      this.row,
      this.optional,
    );
    for (const option of command.options.filter((one) => one.required)) this.#add(option);
    this.#drawOptional();
  }

  #head() {
    const leave = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Leave this command", on: { click: () => this.leave() } },
      icon("close", 18),
    );
    const run = h(
      "button",
      {
        type: "button",
        class: "icon-button send",
        "aria-label": `Send /${this.path}`,
        title: "Send (Enter)",
        on: { click: () => this.run() },
      },
      icon("send"),
    );
    return h(
      "div",
      { class: "command-head" },
      h("strong", { class: "command-chip" }, `/${this.path}`),
      this.hint,
      leave,
      run,
    );
  }

  #add(option) {
    const control = optionInput(option, this);
    const remove = option.required
      ? null
      : h(
          "button",
          {
            type: "button",
            class: "pill-remove",
            "aria-label": `Leave ${option.name} out`,
            on: { click: () => this.#remove(option.name) },
          },
          icon("close", 14),
        );
    const element = h(
      "div",
      {
        class: option.type === 11 ? "pill pill-file" : "pill",
        data: { option: option.name },
        on: {
          focusin: () => this.#explain(option),
          click: (event) => event.target === element && control.input.focus(),
        },
      },
      h("span", { class: "pill-name", "aria-hidden": "true" }, option.name),
      control.element,
      remove,
    );
    this.pills.set(option.name, { option, element, control });
    this.row.append(element);
    return control;
  }

  #remove(name) {
    this.pills.get(name).element.remove();
    this.pills.delete(name);
    this.#drawOptional();
    this.focus();
  }

  #drawOptional() {
    const left = this.command.options.filter((option) => !this.pills.has(option.name));
    const chips = left.map((option) =>
      h(
        "button",
        {
          type: "button",
          class: "chip",
          title: option.description,
          on: { click: () => this.include(option.name).input.focus() },
        },
        icon("plus", 14),
        option.name,
      ),
    );
    fill(this.optional, ...chips);
    this.optional.hidden = !left.length;
  }

  /** Shows an optional option's pill. */
  include(name) {
    const known = this.pills.get(name);
    if (known) return known.control;
    const control = this.#add(this.command.options.find((option) => option.name === name));
    this.#drawOptional();
    return control;
  }

  #explain(option) {
    const limit = option.max_length ? ` · up to ${option.max_length} characters` : "";
    this.hint.textContent = `${option.name}: ${option.description}${limit}`;
  }

  /** Values so far, for autocomplete. */
  present() {
    const entries = [...this.pills]
      .filter(([, pill]) => !pill.control.file)
      .map(([name, pill]) => [name, pill.control.read().value]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  settled() {
    this.#advance();
  }

  #advance() {
    const next = [...this.pills.values()].find((pill) => pill.option.required && this.#isEmpty(pill));
    if (next) return next.control.input.focus();
    const here = this.element.contains(document.activeElement) && document.activeElement.matches("input, textarea");
    if (!here) this.element.querySelector(".chip, .send").focus();
  }

  #isEmpty({ control }) {
    const { value, problem } = control.read();
    return value === undefined && !problem;
  }

  focus() {
    const first = [...this.pills.values()].find((pill) => this.#isEmpty(pill)) ?? [...this.pills.values()].at(-1);
    if (first) first.control.input.focus();
    else this.element.querySelector(".send").focus();
  }

  /** Files from paste or drop go where their kind fits, to an option without one first. → whether one was taken */
  receive(files) {
    const wanted = this.command.options.filter((option) => option.type === 11);
    if (!wanted.length || !files.length) return false;
    for (const file of files.slice(0, wanted.length)) this.include(this.#placeFor(file, wanted).name).put(file);
    return true;
  }

  #placeFor(file, wanted) {
    const heard = /^(audio|video)\//.test(file.type);
    const fitting = wanted.filter((option) => wantsSound(option) === heard);
    const places = fitting.length ? fitting : wanted;
    return places.find((option) => !this.pills.get(option.name)?.control.file()) ?? places[0];
  }

  async useSample() {
    this.receive([await samplePicture()]);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") return (event.preventDefault(), this.leave());
    const typing = event.target.matches("input, textarea");
    if (event.key === "Enter" && !event.shiftKey && typing) return (event.preventDefault(), this.run());
    if (event.key === "Backspace" && typing && !event.target.value) this.#back(event);
  }

  /** Backspace in an empty pill takes it away; in the last required one it leaves the command. */
  #back(event) {
    const name = event.target.closest(".pill")?.dataset.option;
    const { option } = this.pills.get(name) ?? {};
    if (!option) return;
    event.preventDefault();
    if (option.required) this.leave();
    else this.#remove(name);
  }

  async run() {
    const collected = this.#collect();
    if (!collected) return;
    this.element.setAttribute("aria-busy", "true");
    const taken = await runCommand({ command: this.path, options: collected.options }, collected.files, () =>
      this.leave(),
    );
    this.element.removeAttribute("aria-busy");
    if (!taken) this.focus();
  }

  #collect() {
    const [options, files] = [{}, []];
    for (const [name, { option, element, control }] of this.pills) {
      const { value, problem } = control.read();
      const wrong =
        problem ?? (value === undefined && option.required ? `${name} is needed: ${option.description}` : null);
      element.classList.toggle("pill-wrong", Boolean(wrong));
      if (wrong) return (tellProblem(wrong), control.input.focus(), null);
      if (control.file?.()) files.push([name, control.file()]);
      else if (value !== undefined) options[name] = value;
    }
    return { options, files };
  }
}
