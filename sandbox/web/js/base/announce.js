// Says new things to people who listen to the page instead of looking at it.

import { byId } from "./dom.js";

export function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  const region = byId("announcements");
  region.append(line);
  while (region.children.length > 5) region.firstChild.remove();
}
