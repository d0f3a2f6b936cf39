"""From what a bot sends to a message: files, embeds, components and mentions put in their places."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.clock import Clock
from sandbox.discord import automod, components, message_rules
from sandbox.discord.cdn import Attachment, Cdn
from sandbox.discord.components import Kind
from sandbox.discord.errors import blocked_by_automod, empty_message
from sandbox.discord.message_rules import SETTABLE, Flag
from sandbox.discord.messages import Message
from sandbox.discord.permissions import Permission, allows
from sandbox.discord.settings import Settings
from sandbox.discord.snowflakes import Snowflakes
from sandbox.discord.uploads import Upload
from sandbox.discord.world import GUILD, World

JSON = dict[str, Any]
Files = Mapping[str, Upload]

USER_MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")
EVERYONE_MENTION = re.compile(r"@(everyone|here)\b")
ATTACHED = "attachment://"
EMBED_MEDIA = ("image", "thumbnail")


class Composer:
    """Makes messages and changes them, by Discord's rules."""

    def __init__(self, clock: Clock, snowflakes: Snowflakes, world: World, cdn: Cdn, settings: Settings) -> None:
        self._clock = clock
        self._snowflakes = snowflakes
        self._world = world
        self._cdn = cdn
        self._settings = settings

    def blank(self, channel_id: str, author_id: str, **facts: Any) -> Message:
        """Make a message without any content yet."""
        return Message(self._snowflakes.next(), channel_id, author_id, self._clock.now(), **facts)

    def fill(self, message: Message, payload: JSON, files: Files, asked_by: str | None = None) -> Message:
        """Give the message with what `payload` says about it. Raises ApiError, also where nothing would be in it.

        `asked_by` is the member whose interaction it answers: their own upload limit may be higher than the place's.
        """
        flags = self._flags(message, payload)
        limit = self._settings.upload_limit(self._world.channels[message.channel_id], asked_by)
        message_rules.check(payload, files, limit, flags)
        filled = replace(message, flags=flags, attachments=self._attachments(message, payload, files))
        if "content" in payload:
            filled = replace(filled, content=payload["content"] or "")
        if "embeds" in payload:
            filled = self._with_embeds(filled, payload["embeds"] or [])
        if "components" in payload:
            filled = self._with_components(filled, payload["components"] or [])
        if filled.empty:
            raise empty_message()
        self._check_words(filled)
        if "content" not in payload and _said(filled) == _said(message):
            return filled  # who is mentioned is worked out anew only when the text is
        return self._with_mentions(filled, payload.get("allowed_mentions"))

    def edit(self, message: Message, payload: JSON, files: Files, asked_by: str | None = None) -> Message:
        """Give the changed message. The placeholder of a deferred answer becomes the answer."""
        filled = self.fill(replace(message, flags=message.flags & ~Flag.LOADING), payload, files, asked_by)
        return filled if message.thinking else replace(filled, edited_at=self._clock.now())

    def _check_words(self, message: Message) -> None:
        """Hold the text to the server's AutoMod, which leaves those alone who manage the server."""
        in_server = self._world.channels[message.channel_id].guild == GUILD
        held = in_server and not self._world.moderates(message.author_id)
        if held and automod.blocks(_all_text(message), self._settings.automod):
            raise blocked_by_automod()

    def _flags(self, message: Message, payload: JSON) -> int:
        asked = int(payload.get("flags") or 0) & SETTABLE
        kept = message.flags & (Flag.EPHEMERAL | Flag.IS_COMPONENTS_V2)
        return int(kept | asked) if "flags" in payload else message.flags

    def _attachments(self, message: Message, payload: JSON, files: Files) -> tuple[Attachment, ...]:
        named = payload.get("attachments")
        facts = {str(one.get("id")): one for one in named or []}
        kept = [one for one in message.attachments if named is None or one.id in facts]
        new = [self._store(message, upload, facts.get(number, {})) for number, upload in files.items()]
        return (*kept, *new)

    def _store(self, message: Message, upload: Upload, facts: JSON) -> Attachment:
        renamed = Upload(facts.get("filename") or upload.filename, upload.data)
        spoiler = facts.get("is_spoiler") is True
        hidden = message.only_for is not None
        return self._cdn.store(renamed, message.channel_id, facts.get("description"), ephemeral=hidden, spoiler=spoiler)

    def _with_embeds(self, message: Message, embeds: list[JSON]) -> Message:
        """Put the embeds in; a file shown inside one is no longer shown below the message."""
        used: set[str] = set()
        done = tuple(self._embed(message, components.without_nulls(embed), used) for embed in embeds)
        left = tuple(one for one in message.attachments if one.id not in used)
        return replace(message, embeds=done, attachments=left)

    def _embed(self, message: Message, embed: JSON, used: set[str]) -> JSON:
        body = {**embed, "type": "rich"}
        if "fields" in body:
            body["fields"] = [{"inline": False, **field} for field in body["fields"]]
        for key in EMBED_MEDIA:
            attachment = _attached(message, body.get(key, {}).get("url", ""))
            if attachment is not None:
                used.add(attachment.id)
                body[key] = self._media(attachment)
        return body

    def _with_components(self, message: Message, wanted: list[JSON]) -> Message:
        def unfurl(url: str) -> JSON:
            attachment = _attached(message, url)
            if attachment is None:
                return {"id": self._snowflakes.next(), "url": url, "proxy_url": url}
            return {"id": attachment.id, "attachment_id": attachment.id, **self._media(attachment)}

        return replace(message, components=tuple(components.returned(wanted, unfurl)))

    def _media(self, attachment: Attachment) -> JSON:
        facts = self._cdn.json(attachment)
        return {key: facts[key] for key in ("url", "proxy_url", "width", "height", "content_type") if key in facts}

    def _with_mentions(self, message: Message, allowed: JSON | None) -> Message:
        rules = {"parse": ["users", "roles", "everyone"]} if allowed is None else allowed
        said = _said(message)
        everyone = "everyone" in (rules.get("parse") or []) and EVERYONE_MENTION.search(said) is not None
        may = allows(self._world.guild_permissions(message.author_id), Permission.MENTION_EVERYONE)
        roles = [one.id for one in self._world.roles.values() if one.ordinary]
        return replace(
            message,
            mentions=_named(USER_MENTION.findall(said), self._world.users, "users", rules),
            mention_roles=_named(ROLE_MENTION.findall(said), roles, "roles", rules),
            mention_everyone=everyone and may,
        )


def _said(message: Message) -> str:
    """Give all text in which a mention reaches somebody; in embeds it does not."""
    texts = [one["content"] for _, one in components.walk(list(message.components)) if one["type"] == Kind.TEXT]
    return "\n".join([message.content, *texts])


def _all_text(message: Message) -> str:
    texts = [embed.get(key) or "" for embed in message.embeds for key in ("title", "description")]
    return "\n".join([_said(message), *texts])


def _named(found: Iterable[str], known: Container[str], kind: str, rules: JSON) -> tuple[str, ...]:
    """Give those that exist and that may be mentioned by what was said of their kind."""
    all_of_them = kind in (rules.get("parse") or [])
    listed = [str(one) for one in rules.get(kind) or []]
    return tuple(one for one in dict.fromkeys(found) if one in known and (all_of_them or one in listed))


def _attached(message: Message, url: str) -> Attachment | None:
    name = url.removeprefix(ATTACHED)
    if name == url:
        return None
    return next((one for one in message.attachments if one.filename == name), None)
