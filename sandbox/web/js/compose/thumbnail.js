// A small picture of a file that is about to be sent.

import { h } from "../base/dom.js";
import { icon } from "../base/icons.js";

const kind = (file) => (file.type.startsWith("audio/") ? "sound" : "file");

export function thumbnail(file, size) {
  if (!file.type.startsWith("image/"))
    return h("span", { class: "file-thumb", style: { "--size": `${size}px` } }, icon(kind(file), 22));
  const address = URL.createObjectURL(file);
  const image = h("img", { class: "file-thumb", alt: "", src: address, style: { "--size": `${size}px` } });
  const release = () => URL.revokeObjectURL(address);
  image.addEventListener("load", release);
  image.addEventListener(
    "error",
    () => (
      release(),
      image.replaceWith(h("span", { class: "file-thumb", style: { "--size": `${size}px` } }, icon("file", 22)))
    ),
  );
  return image;
}
