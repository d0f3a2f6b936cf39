// One message as its reader sees it.

import { h } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { avatar, nameOf, hueOf } from "../base/avatar.js";
import { store } from "../base/store.js";
import { Refused, api } from "../base/api.js";
import { attachments } from "./attachments.js";
import { components, dots } from "./components.js";
import { embeds } from "./embeds.js";
import { markdown } from "./markdown.js";
import { interact } from "./interaction.js";
import { jumpTo } from "./jump.js";
import { openMenu } from "./menu.js";
import { posted } from "./timestamps.js";

const COMPONENTS_V2 = 1 << 15;
const TOGETHER_MS = 7 * 60 * 1000;

/** `previous` decides whether the author is named again. */
export function messageItem(message, previous) {
  const leads = !follows(message, previous);
  const classes = [
    "message",
    leads && "message-lead",
    message.ephemeral && "message-ephemeral",
    mentionsMe(message) && "message-mine",
  ].filter(Boolean);
  const item = h("li", {
    class: classes.join(" "),
    id: `message-${message.id}`,
    data: { id: message.id, author: message.author.id },
    on: { contextmenu: (event) => contextMenu(event, message) },
  });
  item.append(
    ...[
      leads && origin(message),
      h(
        "div",
        { class: "message-gutter" },
        leads ? avatar(message.author, 40) : h("span", { class: "message-hour" }, posted(message.timestamp)),
      ),
      h(
        "div",
        { class: "message-main" },
        leads && head(message),
        body(message, item),
        message.ephemeral && privately(message),
      ),
      message.local ? null : moreButton(message),
    ].filter(Boolean),
  );
  return item;
}

export function follows(message, previous) {
  if (
    !previous ||
    message.referenced_message ||
    message.message_reference ||
    message.interaction_metadata ||
    message.local
  )
    return false;
  if (previous.author.id !== message.author.id || previous.ephemeral !== message.ephemeral) return false;
  return new Date(message.timestamp) - new Date(previous.timestamp) < TOGETHER_MS && !previous.interaction_metadata;
}

const mentionsMe = (message) => store.isMentionedIn(message) && message.author.id !== store.me.id;

function origin(message) {
  const used = message.interaction_metadata;
  if (used?.user && !message.referenced_message && (used.type === 2 || used.name))
    return originLine(used.user, [
      "used ",
      h("span", { class: "command-name" }, commandName(used.name ?? message.interaction?.name ?? "a command")),
    ]);
  const replied = message.referenced_message;
  if (replied)
    return originLine(replied.author, [
      h(
        "button",
        {
          type: "button",
          class: "origin-text",
          on: { click: () => jumpTo({ channelId: message.channel_id, messageId: replied.id }) },
        },
        snippet(replied),
      ),
    ]);
  return message.message_reference?.type === 0 || message.message_reference
    ? h("div", { class: "origin" }, icon("elbow", 18), h("em", {}, "Original message was deleted"))
    : null;
}

/** Commands of a context menu go without the slash. */
function commandName(name) {
  const inMenu = store.world.commands.some((command) => command.name === name && command.type > 1);
  return inMenu ? name : `/${name}`;
}

function originLine(user, rest) {
  return h(
    "div",
    { class: "origin" },
    icon("elbow", 18),
    avatar(user, 18),
    h("strong", { style: { "--hue": hueOf(user) }, class: "author-name" }, nameOf(user)),
    " ",
    ...rest,
  );
}

export function snippet(message) {
  const said = (message.content || message.embeds?.[0]?.title || "").replace(/^[-*] /gm, "");
  const rendered = markdown(said);
  const text = [...rendered.childNodes]
    .map((block) => block.textContent)
    .join(" ")
    .replace(/\s+/g, " ")
    .slice(0, 120);
  return text || (message.attachments?.length ? "Press to see the attachment" : "…");
}

function head(message) {
  const author = message.author;
  return h(
    "div",
    { class: "message-head" },
    h("strong", { class: "author-name", style: { "--hue": hueOf(author) } }, nameOf(author)),
    author.bot && h("span", { class: "tag" }, "APP"),
    posted(message.timestamp),
  );
}

function body(message, item) {
  if (message.failed) return h("p", { class: "interaction-note" }, icon("warn", 16), "The application did not respond");
  if (message.deferred)
    return h("div", { class: "thinking", role: "status" }, dots(), `${nameOf(message.author)} is thinking…`);
  const press = (customId, values, type) => pressed(message, item, customId, values, type);
  const parts = [
    attachments(message.flags & COMPONENTS_V2 ? null : message.attachments),
    embeds(message),
    components(message.components, press),
  ];
  const text = message.content ? h("div", { class: "markdown" }, markdown(message.content), edited(message)) : null;
  return h("div", { class: "message-body" }, text, ...parts.filter(Boolean), !text && edited(message));
}

function edited(message) {
  return message.edited_timestamp && !message.author.bot
    ? h("span", { class: "edited", title: message.edited_timestamp }, "(edited)")
    : null;
}

async function pressed(message, item, customId, values, type) {
  note(item, null);
  try {
    const payload = {
      as: store.me.id,
      channel: message.channel_id,
      message: message.id,
      custom_id: customId,
      ...(type === 2 ? {} : { values }),
    };
    const result = await interact(() => api.press(payload));
    if (result.state === "failed" || result.state === "waiting") note(item, "This interaction failed");
  } catch (error) {
    note(item, error instanceof Refused ? error.message : "This interaction failed");
  }
}

function note(item, text) {
  const present = document.getElementById(item.id) ?? item; // it may have been drawn anew meanwhile
  present.querySelector(".interaction-note")?.remove();
  if (text)
    present
      .querySelector(".message-main")
      .append(h("p", { class: "interaction-note", role: "alert" }, icon("warn", 16), text));
}

function privately(message) {
  const dismiss = h(
    "button",
    { type: "button", class: "link-button", on: { click: () => store.dismiss(message.id) } },
    "Dismiss",
  );
  return h("p", { class: "privately" }, icon("eye", 16), "Only you can see this · ", dismiss);
}

function moreButton(message) {
  return h(
    "button",
    {
      type: "button",
      class: "icon-button message-more",
      "aria-label": "More for this message",
      "aria-haspopup": "menu",
      on: { click: (event) => contextMenu(event, message) },
    },
    icon("more"),
  );
}

function contextMenu(event, message) {
  if (message.local || event.target.closest("a:not(.attachment), video, input, select, textarea")) return;
  event.preventDefault();
  openMenu(event, message);
}
