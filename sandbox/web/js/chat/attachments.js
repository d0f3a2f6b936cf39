// Files in a message: pictures as a preview, MP4s play in place, everything else as a card.

import { h, webAddress } from "../base/dom.js";
import { icon } from "../base/icons.js";

const LARGEST = { width: 480, height: 340 };
const BESIDE_OTHERS = { width: 300, height: 210 };

export const sizeOf = (bytes) => {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
};

export function attachments(list) {
  if (!list?.length) return null;
  const several = list.filter(isPicture).length > 1;
  const largest = several ? BESIDE_OTHERS : LARGEST;
  return h(
    "div",
    { class: several ? "attachments attachments-several" : "attachments" },
    ...list.map((file) => attachment(file, largest)),
  );
}

const isPicture = (file) => Boolean(file.content_type?.startsWith("image/") && file.width);

function attachment(file, largest) {
  const url = webAddress(file.url);
  if (!url) return card(file, null);
  if (file.content_type?.startsWith("video/")) return video(file, url);
  if (isPicture(file)) return picture(file, url, largest);
  return card(file, url);
}

function video(file, url) {
  const player = h("video", {
    class: "media",
    src: url,
    controls: true,
    playsinline: true,
    preload: "metadata",
    data: { key: file.id },
    "aria-label": `Clip ${file.filename}`,
    style: frame(file),
  });
  return h("figure", { class: "attachment" }, player);
}

function picture(file, url, largest) {
  const image = h("img", {
    class: "media",
    src: url,
    alt: file.description ?? file.filename,
    style: frame(file, largest),
    loading: "lazy",
  });
  return h(
    "a",
    { class: "attachment", href: url, target: "_blank", rel: "noopener", "aria-label": `Open ${file.filename}` },
    image,
  );
}

/** Room is kept before the bytes arrive, so that the list doesn't jump. */
function frame({ width, height }, largest = LARGEST) {
  if (!width || !height) return {};
  const scale = Math.min(1, largest.width / width, largest.height / height);
  return { width: `${Math.round(width * scale)}px`, "aspect-ratio": `${width} / ${height}` };
}

function card(file, url) {
  const name = url ? h("a", { href: url, target: "_blank", rel: "noopener" }, file.filename) : file.filename;
  return h(
    "div",
    { class: "attachment file-card" },
    icon("file", 28),
    h("span", { class: "file-facts" }, h("strong", {}, name), h("small", {}, sizeOf(file.size ?? 0))),
  );
}

/** A picture or clip named by Components V2 (an unfurled media item). */
export function mediaItem(item, description) {
  const url = webAddress(item?.proxy_url || item?.url);
  if (!url) return null;
  const facts = {
    filename: description ?? "Media",
    content_type: item.content_type,
    width: item.width,
    height: item.height,
    id: item.id ?? url,
  };
  return item.content_type?.startsWith("video/")
    ? video(facts, url)
    : picture({ ...facts, description, width: item.width ?? 480, height: item.height ?? 300 }, url);
}
