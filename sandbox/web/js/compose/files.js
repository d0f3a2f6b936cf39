// Files dropped anywhere on the page, or pasted, find their way to the composer.

import { byId } from "../base/dom.js";
import { receive } from "./composer.js";

export function mountFiles() {
  let depth = 0;
  const holdsFiles = (event) =>
    [...(event.dataTransfer?.types ?? [])].includes("Files") && !document.querySelector("dialog[open]");
  const show = (shown) => (byId("drop-veil").hidden = !shown);

  addEventListener("dragenter", (event) => holdsFiles(event) && show(++depth > 0));
  addEventListener("dragleave", (event) => holdsFiles(event) && show((depth = Math.max(0, depth - 1)) > 0));
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    show((depth = 0) > 0);
    receive([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    receive(files);
  });
}
