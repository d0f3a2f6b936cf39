// Files dropped anywhere on the page, or pasted, find their way to the composer or the open form.

import { byId } from "../base/dom.js";
import { receive } from "./composer.js";

export function mountFiles() {
  let depth = 0;
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (shown) => (byId("drop-veil").hidden = !shown || openDialog() !== null);

  addEventListener("dragenter", (event) => holdsFiles(event) && show(++depth > 0));
  addEventListener("dragleave", (event) => holdsFiles(event) && show((depth = Math.max(0, depth - 1)) > 0));
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    show((depth = 0) > 0);
    give([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    give(files);
  });
}

const openDialog = () => document.querySelector("dialog[open]");

/** An open form takes them, or else the composer. */
function give(files) {
  const dialog = openDialog();
  if (dialog) dialog.dispatchEvent(new CustomEvent("files", { detail: files }));
  else receive(files);
}
