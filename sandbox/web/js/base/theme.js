// Light or dark: the system's choice until the visitor makes one.

import { byId, fill } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "firstframe.sandbox.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

const current = () => localStorage.getItem(KEY) ?? (dark.matches ? "dark" : "light");

export function mountTheme() {
  show();
  dark.addEventListener("change", show);
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.addEventListener("click", () => {
      localStorage.setItem(KEY, current() === "dark" ? "light" : "dark");
      show();
    });
  }
}

function show() {
  const theme = current();
  document.documentElement.dataset.theme = theme;
  byId("theme-colour").content = theme === "dark" ? "#17161a" : "#fbf9f5";
  const other = theme === "dark" ? "light" : "dark";
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    fill(button, icon(theme === "dark" ? "sun" : "moon"));
    button.setAttribute("aria-label", `Use the ${other} theme`);
    button.title = `Use the ${other} theme`;
  }
}
