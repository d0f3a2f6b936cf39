// A picture at its full size over the page, with what it shows in words.

import { h } from "../base/dom.js";
import { icon } from "../base/icons.js";

export function openPicture(file, url) {
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": file.filename },
    h("img", { src: url, alt: file.description ?? file.filename, width: file.width, height: file.height }),
    h(
      "footer",
      { class: "lightbox-foot" },
      h("p", {}, file.description ?? file.filename),
      h("a", { class: "button button-secondary button-small", href: url, target: "_blank", rel: "noopener" }, "Open alone"),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } }, icon("close")),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
}
