// The channels at the left, by server; a drawer on a phone.

import { h, byId, fill } from "../base/dom.js";
import { icon } from "../base/icons.js";
import { avatar, mark, nameOf } from "../base/avatar.js";
import { channelsOf, guildOf, isForum, isGroup, isThread } from "../base/places.js";
import { store } from "../base/store.js";
import { channelIcon } from "../chat/channel-icon.js";

export function mountSidebar() {
  byId("brand-mark").append(mark(30));
  byId("open-sidebar").append(icon("menu"));
  byId("open-sidebar").addEventListener("click", () => toggle(true));
  byId("sidebar-veil").addEventListener("click", () => toggle(false));
  byId("sidebar").addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
  for (const kind of ["world", "channel", "unread"]) store.on(kind, draw);
}

function toggle(open) {
  document.body.classList.toggle("sidebar-open", open);
  byId("open-sidebar").setAttribute("aria-expanded", String(open));
  if (open) byId("sidebar").querySelector("[aria-current]")?.focus();
  else byId("open-sidebar").focus();
}

function draw() {
  const { guild, guilds, channels } = store.world;
  const other = guilds.find((one) => !one.bot);
  byId("guild-name").textContent = guild.name;
  fill(byId("channels"), ...channelsOf(guild).map(entry));
  byId("elsewhere-name").textContent = other.name;
  fill(byId("elsewhere"), ...channelsOf(other).map(entry));
  const direct = channels.filter((channel) => !channel.guild_id);
  fill(byId("direct"), ...direct.map(entry));
  byId("direct-title").hidden = !direct.length;
  header();
}

function entry(channel) {
  const current = channel.id === store.channelId;
  const unread = store.unread.has(channel.id);
  const count = store.unread.get(channel.id);
  const choose = () => (toggleIfOpen(), store.open(channel.id));
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `channel${unread ? " channel-unread" : ""}${isThread(channel) ? " channel-thread" : ""}`,
        "aria-current": current ? "page" : null,
        data: { channel: channel.name },
        on: { click: choose },
      },
      face(channel),
      h("span", { class: "channel-name" }, nameIn(channel)),
      channel.nsfw && h("span", { class: "age", title: "Age-restricted" }, "18+"),
      channel.archived && h("span", { class: "age" }, "archived"),
      count ? h("span", { class: "badge", "aria-label": `${count} mentions` }, String(count)) : null,
    ),
  );
}

function toggleIfOpen() {
  if (document.body.classList.contains("sidebar-open")) toggle(false);
}

const bot = () => store.world.users.find((user) => user.bot);
const face = (channel) => (channel.dm ? avatar(bot(), 24) : channelIcon(channel, isThread(channel) ? 17 : 20));
const nameIn = (channel) => (channel.dm ? nameOf(bot()) : channel.name);

function header() {
  const channel = store.channel;
  if (!channel) return;
  fill(byId("channel-title"), channel.dm ? icon("at", 22) : channelIcon(channel, 22), h("span", {}, nameIn(channel)));
  byId("channel-topic").textContent = topic(channel);
  const sign = channel.guild_id ? "#" : "";
  document.title = `${sign}${nameIn(channel)} · ${guildOf(channel)?.name ?? "Direct messages"}`;
}

function topic(channel) {
  const parent = channel.parent_id && store.channelById(channel.parent_id);
  const slow = channel.slowmode_seconds ? ` · slowmode ${channel.slowmode_seconds} s` : "";
  if (parent) return `${isForum(parent) ? "A post" : "A thread"} in #${parent.name}${slow}`;
  if (isGroup(channel)) return peopleOf(channel);
  return `${channel.topic ?? ""}${slow}`;
}

export const peopleOf = (channel) => channel.people.map((id) => nameOf(store.user(id))).join(", ");
