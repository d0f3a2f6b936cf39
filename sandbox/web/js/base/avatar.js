// A face for every user: initials on a colour of their own; the bot gets its film frame.

import { h, s } from "./dom.js";

const HUES = [18, 152, 262, 205, 330, 92];

export const nameOf = (user) => user?.global_name || user?.username || "Somebody";

export function hueOf(user) {
  let sum = 0;
  for (const letter of user?.username ?? "") sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return HUES[sum % HUES.length];
}

export function avatar(user, size = 40) {
  const face = user?.bot ? mark(size) : initials(nameOf(user));
  return h(
    "span",
    {
      class: user?.bot ? "avatar avatar-bot" : "avatar",
      style: { "--hue": hueOf(user), "--size": `${size}px` },
      "aria-hidden": "true",
    },
    face,
  );
}

function initials(name) {
  const words = name.split(/[\s_.-]+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 2)).toUpperCase();
}

/** The sandbox's mark: a film frame with a play sign. */
export function mark(size = 40) {
  const holes = [4.2, 9.4, 14.6].flatMap((y) =>
    [2.3, 18.9].map((x) => s("rect", { x, y: y + 0.4, width: 2.8, height: 3, rx: 0.9, class: "mark-hole" })),
  );
  return s(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "mark", "aria-hidden": "true" },
    s("rect", { x: 0, y: 1, width: 24, height: 22, rx: 5, class: "mark-film" }),
    ...holes,
    s("rect", { x: 6.6, y: 4.6, width: 10.8, height: 14.8, rx: 2, class: "mark-frame" }),
    s("path", { d: "M10.3 9v6l4.6-3z", class: "mark-play" }),
  );
}
