// Files in a message: pictures as a preview, MP4s play in place, everything else as a card.

import { h, webAddress } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { openPicture } from "./lightbox.js";
import { covered } from "./spoiler.js";

const LARGEST = { width: 480, height: 340 };
const TALLEST = { width: 480, height: 480 }; // such as a report, made for a phone
const BESIDE_OTHERS = { width: 300, height: 280 };
const IS_SPOILER = 1 << 3;
const SPOILER_PREFIX = /^SPOILER_/;

export const sizeOf = (bytes) => {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
};

export function attachments(list) {
  if (!list?.length) return null;
  const several = list.filter(isMedia).length > 1;
  return h(
    "div",
    { class: several ? "attachments attachments-several" : "attachments" },
    ...list.map((file) => attachment(file, several)),
  );
}

const isPicture = (file) => Boolean(file.content_type?.startsWith("image/") && file.width);
const isVideo = (file) => Boolean(file.content_type?.startsWith("video/"));
const isMedia = (file) => isPicture(file) || isVideo(file);
const isSpoiler = (file) => Boolean((file.flags ?? 0) & IS_SPOILER) || SPOILER_PREFIX.test(file.filename);

/** The prefix only says that it is one. */
function attachment(given, several) {
  const file = { ...given, filename: given.filename.replace(SPOILER_PREFIX, "") };
  const shown = shape(file, several);
  return isSpoiler(given) ? covered(shown, file.id) : shown;
}

function shape(file, several) {
  const url = webAddress(file.url);
  if (url && isVideo(file)) return video(file, url, several ? BESIDE_OTHERS : LARGEST);
  if (url && isPicture(file)) return picture(file, url, largest(file, several));
  return fileCard(file.filename, file.size, url);
}

function largest({ width, height }, several) {
  if (several) return BESIDE_OTHERS;
  return height > width ? TALLEST : LARGEST;
}

function video(file, url, bounds = LARGEST) {
  const player = h("video", {
    class: "media",
    src: url,
    controls: true,
    playsinline: true,
    preload: "metadata",
    data: { key: file.id },
    "aria-label": file.description ?? `Clip ${file.filename}`,
    title: file.description ?? null,
    style: frame(file, bounds),
  });
  return h("figure", { class: "attachment" }, player);
}

function picture(file, url, bounds) {
  const image = h("img", {
    class: "media",
    src: url,
    alt: file.description ?? file.filename,
    style: frame(file, bounds),
    loading: "lazy",
  });
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPicture(file, url);
  };
  return h(
    "a",
    {
      class: "attachment",
      href: url,
      target: "_blank",
      rel: "noopener",
      "aria-label": `Open ${file.description ?? file.filename}`,
      on: { click: open },
    },
    image,
    file.description && h("span", { class: "alt-mark", title: file.description, "aria-hidden": "true" }, "ALT"),
  );
}

/** Room is kept before the bytes arrive, so that the list doesn't jump. */
function frame({ width, height }, bounds = LARGEST) {
  if (!width || !height) return {};
  const scale = Math.min(1, bounds.width / width, bounds.height / height);
  return { width: `${Math.round(width * scale)}px`, "aspect-ratio": `${width} / ${height}` };
}

export function fileCard(name, bytes, url) {
  const shown = url ? h("a", { href: url, target: "_blank", rel: "noopener" }, name) : name;
  return h(
    "div",
    { class: "attachment file-card" },
    icon("file", 28),
    h("span", { class: "file-facts" }, h("strong", {}, shown), h("small", {}, sizeOf(bytes ?? 0))),
    url &&
      h(
        "a",
        { class: "icon-button", href: url, download: name, "aria-label": `Download ${name}`, title: "Download" },
        icon("download", 20),
      ),
  );
}

/** A picture or clip named by Components V2 (an unfurled media item). */
export function mediaItem(item, description, spoiler = false) {
  const url = webAddress(item?.proxy_url || item?.url);
  if (!url) return null;
  const facts = {
    filename: description ?? "Media",
    content_type: item.content_type,
    width: item.width,
    height: item.height,
    id: item.id ?? url,
    description,
  };
  const shown = item.content_type?.startsWith("video/")
    ? video(facts, url)
    : picture({ ...facts, width: item.width ?? 480, height: item.height ?? 300 }, url, LARGEST);
  return spoiler ? covered(shown, facts.id) : shown;
}
