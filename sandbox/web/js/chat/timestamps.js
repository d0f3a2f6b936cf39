// Discord's timestamps in the visitor's own time zone and language; relative ones stay current.

import { h } from "../base/dom.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const STEPS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

function fromNow(at, now = Date.now()) {
  let amount = (at - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(Math.round(amount)) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return "";
}

export function timestamp(seconds, style = "f") {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return document.createTextNode("an unknown time");
  const live = style === "R";
  return h(
    "time",
    {
      class: "timestamp",
      datetime: at.toISOString(),
      title: format(at, "F"),
      data: live ? { live: String(at.getTime()) } : {},
    },
    live ? fromNow(at.getTime()) : format(at, style),
  );
}

export function format(at, style) {
  return new Intl.DateTimeFormat("en-GB", STYLES[style] ?? STYLES.f).format(at);
}

/** The small time beside an author: the hour today, the date before. */
export function posted(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return h(
    "time",
    { class: "posted", datetime: iso, title: format(at, "F") },
    today ? format(at, "t") : `${format(at, "d")} ${format(at, "t")}`,
  );
}

export function keepTimestampsLive() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-live]")) {
      const text = fromNow(Number(element.dataset.live));
      if (element.textContent !== text) element.textContent = text;
    }
  }, 1000);
}
