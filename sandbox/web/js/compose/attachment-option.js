// The input for one file, of a command or a form: a button, paste, drag and drop, or a sample of the page's own.

import { h, fill } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { sizeOf } from "../chat/attachments.js";
import { samplePicture } from "./sample.js";
import { sampleSound } from "./sample-sound.js";
import { thumbnail } from "./thumbnail.js";

const SAMPLES = {
  picture: { icon: "image", text: "use a sample picture", make: samplePicture },
  sound: { icon: "sound", text: "use a sample sound", make: sampleSound },
};

/** Discord does not say which kind of file an option wants; its name does. */
export const wantsSound = (option) => /sound|audio|music/i.test(option.name);

/** `clearable`: has a way of its own to take the file away again. */
export function attachmentInput(option, { clearable = true } = {}) {
  const kind = wantsSound(option) ? "sound" : "picture";
  let file = null;
  const chooser = h("input", {
    type: "file",
    hidden: true, // the button opens it; a form would give it the first focus
    "aria-label": `File for ${option.name}`,
    on: { change: chosen },
  });
  const element = h("div", { class: "drop", role: "group", "aria-label": titleOf(option) });
  const pick = h(
    "button",
    { type: "button", class: "button button-secondary button-small", on: { click: () => chooser.click() } },
    icon(SAMPLES[kind].icon, 18),
    "Choose a file",
  );
  const sample = h(
    "button",
    { type: "button", class: "link-button", on: { click: async () => put(await SAMPLES[kind].make()) } },
    SAMPLES[kind].text,
  );

  function chosen() {
    if (chooser.files[0]) put(chooser.files[0]);
    chooser.value = ""; // the same file may be chosen again
  }

  function put(given) {
    file = given;
    draw();
    element.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
  }

  function draw() {
    element.classList.toggle("drop-full", Boolean(file));
    if (!file) return fill(element, chooser, pick, h("span", { class: "drop-hint" }, "drop or paste one, or ", sample));
    const clear = () => (put(null), pick.focus());
    return fill(element, chooser, card(file, () => chooser.click()), clearable && clearButton(file, clear));
  }

  draw();
  return {
    element,
    input: { focus: () => (file ? element.querySelector("button") : pick).focus() },
    read: () => (file ? { value: file.name } : {}),
    file: () => file,
    put,
  };
}

const titleOf = ({ name, description }) => (description ? `${name}: ${description}` : name);

function card(file, change) {
  return h(
    "button",
    { type: "button", class: "drop-card", title: "Choose another file", on: { click: change } },
    thumbnail(file, 44),
    h("span", { class: "drop-facts" }, h("strong", {}, file.name), h("small", {}, sizeOf(file.size))),
  );
}

function clearButton(file, clear) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": `Take ${file.name} away`, on: { click: clear } },
    icon("close", 16),
  );
}
