// The input for an attachment: a button, paste, drag and drop, or the page's own sample picture.

import { h, fill } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { sizeOf } from "../chat/attachments.js";
import { samplePicture } from "./sample.js";
import { thumbnail } from "./thumbnail.js";

export function attachmentInput(option) {
  let file = null;
  const chooser = h("input", {
    type: "file",
    class: "visually-hidden",
    tabindex: "-1",
    "aria-label": `File for ${option.name}`,
    data: { option: option.name },
  });
  const element = h("div", { class: "drop", role: "group", "aria-label": `${option.name}: ${option.description}` });
  const pick = h(
    "button",
    { type: "button", class: "button button-secondary button-small", on: { click: () => chooser.click() } },
    icon("image", 18),
    "Choose a file",
  );

  const put = (given) => {
    file = given;
    draw();
    element.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
  };
  const sample = h(
    "button",
    { type: "button", class: "link-button", on: { click: async () => put(await samplePicture()) } },
    "use a sample picture",
  );

  function draw() {
    element.classList.toggle("drop-full", Boolean(file));
    if (!file) return fill(element, chooser, pick, h("span", { class: "drop-hint" }, "drop or paste one, or ", sample));
    const clear = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": `Take ${file.name} away`,
        on: { click: () => (put(null), pick.focus()) },
      },
      icon("close", 16),
    );
    return fill(
      element,
      chooser,
      thumbnail(file, 44),
      h("span", { class: "drop-facts" }, h("strong", {}, file.name), h("small", {}, sizeOf(file.size))),
      clear,
    );
  }

  chooser.addEventListener("change", () => {
    if (chooser.files[0]) put(chooser.files[0]);
    chooser.value = ""; // the same file may be chosen again
  });
  draw();
  return {
    element,
    input: { focus: () => (file ? element.querySelector("button") : pick).focus() },
    read: () => (file ? { value: file.name } : {}),
    file: () => file,
    put,
  };
}
