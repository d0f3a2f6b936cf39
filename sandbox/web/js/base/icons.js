// The page's own small drawings, as strokes on a 24 by 24 grid.

import { s } from "./dom.js";

const STROKES = {
  hash: ["M9.5 4 7.5 20", "M16.5 4 14.5 20", "M4.5 9h16", "M3.5 15h16"],
  at: ["M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z", "M16 8.5V13a2.5 2.5 0 0 0 5 0v-1a9 9 0 1 0-3.6 7.2"],
  thread: ["M9 4 7.6 15", "M16 4l-.9 7", "M4.5 8.5h15", "M3.5 14h8", "M13 20v-3a3 3 0 0 1 3-3h5", "M18.5 11.5 21 14l-2.5 2.5"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  role: ["M12 3l7.5 3v5.5c0 4.5-3 7.8-7.5 9.5-4.5-1.7-7.5-5-7.5-9.5V6z"],
  gear: ["M4 7h9M17 7h3M4 17h3M11 17h9", "M17 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z", "M11 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  download: ["M12 4v11", "M7 11l5 5 5-5", "M5 20h14"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h10"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  plus: ["M12 5v14", "M5 12h14"],
  send: ["M5 12h13", "M12.5 6l6 6-6 6"],
  sun: [
    "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
    "M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1",
  ],
  moon: ["M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5Z"],
  backstage: ["M3 5h18v14H3z", "M15 5v14", "M6.5 9.5h5M6.5 13h3.5"],
  more: ["M5 12h.01M12 12h.01M19 12h.01"],
  elbow: ["M6 20v-7a4 4 0 0 1 4-4h12"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  image: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4", "M15.5 9h.01"],
  sound: ["M9 18V6l10-2v12", "M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z", "M19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z"],
  eye: [
    "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z",
    "M14.5 12a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
  ],
  out: ["M14 4h6v6", "M20 4l-9 9", "M18 14v6H4V6h6"],
  down: ["M6 9l6 6 6-6"],
  bolt: ["M13 3 5 14h6l-1 7 8-11h-6z"],
  play: ["M7 4.5v15l12-7.5z"],
  warn: ["M12 4 2.5 20h19z", "M12 10v4.5M12 17.5h.01"],
  wand: ["M4 20 15 9", "M17 3v4M15 5h4M20 10v3M18.5 11.5h3M9 4v2M8 5h2"],
};

export function icon(name, size = 20) {
  const strokes = (STROKES[name] ?? []).map((d) => s("path", { d }));
  return s(
    "svg",
    {
      viewBox: "0 0 24 24",
      width: size,
      height: size,
      class: `icon icon-${name}`,
      "aria-hidden": "true",
      focusable: "false",
    },
    ...strokes,
  );
}
