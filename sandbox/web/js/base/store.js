// What the page knows: the world as the present user sees it, and the messages of each channel.

import { Refused, api } from "./api.js";

const REMEMBERED = "firstframe.sandbox.as";
const DISMISSED = "firstframe.sandbox.dismissed"; // they stay away when the page is loaded anew

class Store extends EventTarget {
  world = null;
  channelId = null;
  channels = new Map(); // channel id → Map(message id → message), oldest first
  unread = new Map(); // channel id → number of mentions (0 = unread only)
  dismissed = new Set(JSON.parse(sessionStorage.getItem(DISMISSED) ?? "[]"));
  #late = new Set(); // per list on its way: the live changes it may not have yet

  get me() {
    return this.world?.me ?? null;
  }

  get channel() {
    return this.channelById(this.channelId);
  }

  get messages() {
    return [...(this.channels.get(this.channelId)?.values() ?? [])];
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  on(kind, handler) {
    this.addEventListener(kind, (event) => handler(event.detail));
  }

  user(id) {
    return this.world?.users.find((user) => user.id === id) ?? null;
  }

  isMentionedIn({ mentions, mention_roles: roles }) {
    return (
      (mentions ?? []).some((user) => user.id === this.me.id) || (roles ?? []).some((id) => this.me.roles.includes(id))
    );
  }

  people() {
    return this.world?.users.filter((user) => !user.bot) ?? [];
  }

  channelById(id) {
    return this.world?.channels.find((channel) => channel.id === id) ?? null;
  }

  role(id) {
    return this.world?.roles.find((role) => role.id === id) ?? null;
  }

  /** Those that can be given and taken away, the highest first. */
  ordinaryRoles() {
    return this.world?.roles.filter((role) => role.ordinary) ?? [];
  }

  async enter() {
    await this.become(localStorage.getItem(REMEMBERED));
  }

  /** Everything is read anew: another user sees other channels, commands and messages. */
  async become(userId) {
    this.world = await this.#worldFor(userId);
    localStorage.setItem(REMEMBERED, this.me.id);
    if (!this.channel) this.channelId = this.#firstChannel();
    this.world = await api.world(this.me.id, this.channelId); // which commands there are depends on the channel
    this.channels.clear();
    this.unread.clear();
    this.tell("world");
    this.tell("channel");
    this.tell("user"); // the stream starts anew, and reads the messages once it is open
  }

  async #worldFor(userId) {
    try {
      return await api.world(userId);
    } catch (error) {
      if (!userId) throw error;
      return await api.world(null); // remembered from an earlier run
    }
  }

  async refreshWorld() {
    if (!this.me) return;
    const [as, asked] = [this.me.id, this.channelId];
    const world = await this.#worldIn(as, asked);
    if (as !== this.me.id || asked !== this.channelId) return;
    this.world = world;
    this.tell("world");
    if (!this.channel) await this.open(this.#firstChannel());
  }

  /** A channel may be one's own no longer: roles were taken away. */
  async #worldIn(as, channelId) {
    try {
      return await api.world(as, channelId);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return await api.world(as, null);
    }
  }

  #firstChannel() {
    return (
      (this.world.channels.find((channel) => channel.can_post && channel.guild_id) ?? this.world.channels[0])?.id ?? null
    );
  }

  async open(channelId) {
    this.channelId = channelId;
    this.unread.delete(channelId);
    this.tell("channel");
    await Promise.all([this.reload(), this.refreshWorld()]); // which commands there are depends on the channel
  }

  async reload() {
    const [asked, as] = [this.channelId, this.me.id];
    const late = [];
    this.#late.add(late);
    const list = await api.messages(asked, as).finally(() => this.#late.delete(late));
    if (asked !== this.channelId || as !== this.me.id) return;
    const fresh = new Map(list.map((message) => [message.id, message]));
    for (const change of late) change(fresh);
    const known = this.channels.get(asked);
    if (known && JSON.stringify([...known]) === JSON.stringify([...fresh])) return;
    this.channels.set(asked, fresh);
    this.tell("messages");
  }

  put(channelId, message) {
    if (channelId !== this.channelId) return this.#markUnread(channelId, message);
    const known = this.channels.get(channelId) ?? new Map();
    const before = known.get(message.id) ?? null;
    this.channels.set(channelId, known.set(message.id, message));
    for (const late of this.#late) late.push((fresh) => fresh.set(message.id, message));
    this.tell("message", { message, before });
  }

  drop(channelId, messageId) {
    for (const late of this.#late) late.push((fresh) => fresh.delete(messageId));
    const known = this.channels.get(channelId);
    if (!known?.delete(messageId)) return;
    this.tell("delete", { id: messageId });
    for (const reply of known.values()) if (reply.referenced_message?.id === messageId) this.#orphan(channelId, reply);
  }

  #orphan(channelId, reply) {
    const message = { ...reply, referenced_message: null };
    this.channels.get(channelId).set(reply.id, message);
    if (channelId === this.channelId) this.tell("message", { message, before: reply });
  }

  dismiss(messageId) {
    this.dismissed.add(messageId);
    sessionStorage.setItem(DISMISSED, JSON.stringify([...this.dismissed]));
    this.tell("delete", { id: messageId });
  }

  #markUnread(channelId, message) {
    if (!this.world.channels.some((channel) => channel.id === channelId)) return this.refreshWorld();
    if (message.edited_timestamp) return;
    const mentioned = this.isMentionedIn(message) ? 1 : 0;
    this.unread.set(channelId, (this.unread.get(channelId) ?? 0) + mentioned);
    this.tell("unread");
  }
}

export const store = new Store();
