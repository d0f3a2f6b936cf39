"""What Discord refuses in a message: too long, too large, empty, or of the wrong form."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag
from typing import Any

from sandbox.discord import components
from sandbox.discord.errors import ApiError, invalid_form, too_large
from sandbox.discord.uploads import Upload

MAX_CONTENT = 2000
MAX_FILES = 10
MAX_EMBEDS = 10
MAX_EMBED_CHARACTERS = 6000
EMBED_LENGTHS = {"title": 256, "description": 4096}
FIELD_LENGTHS = {"name": 256, "value": 1024}
MAX_FIELDS = 25
MAX_FOOTER = 2048
MAX_NONCE = 25
LISTS_OF_OBJECTS = ("embeds", "components", "attachments")


class Flag(IntFlag):
    """Message flags by Discord's numbers."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.IS_COMPONENTS_V2


def check(payload: Mapping[str, Any], files: Mapping[str, Upload], upload_limit_bytes: int, flags: int) -> None:
    """Hold what a bot sent to the rules. Raises ApiError. Whether the message is empty is known only after it."""
    _check_types(payload)
    if any(len(upload.data) > upload_limit_bytes for upload in files.values()):
        raise too_large()
    if len(files) > MAX_FILES:
        raise invalid_form("files", f"Must be {MAX_FILES} or fewer in length.")
    _check_content(payload.get("content"))
    _check_nonce(payload.get("nonce"))
    _check_embeds(payload.get("embeds") or [])
    layout = bool(flags & Flag.IS_COMPONENTS_V2)
    components.check(payload.get("components") or [], layout=layout)
    if layout and (payload.get("content") or payload.get("embeds")):
        raise invalid_form("content", "The 'content' and 'embeds' fields cannot be used with IS_COMPONENTS_V2.")


def _check_types(payload: Mapping[str, Any]) -> None:
    for key in LISTS_OF_OBJECTS:
        value = payload.get(key)
        if value is not None and not (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
            raise invalid_form(key, "Only lists of objects may be used here.")
    if not isinstance(payload.get("allowed_mentions"), dict | None):
        raise invalid_form("allowed_mentions", "Only dictionaries may be used in a DictType")


def _check_content(content: Any) -> None:
    if content is not None and not isinstance(content, str):
        raise invalid_form("content", "Could not interpret the value as string.")
    if content is not None and len(content) > MAX_CONTENT:
        raise invalid_form("content", f"Must be {MAX_CONTENT} or fewer in length.")


def _check_nonce(nonce: Any) -> None:
    if isinstance(nonce, str) and len(nonce) > MAX_NONCE:
        raise invalid_form("nonce", f"Must be {MAX_NONCE} or fewer in length.")


def _check_embeds(embeds: list[dict[str, Any]]) -> None:
    if len(embeds) > MAX_EMBEDS:
        raise invalid_form("embeds", f"Must be {MAX_EMBEDS} or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(f"embeds.{index}", embed)
    if sum(map(_characters, embeds)) > MAX_EMBED_CHARACTERS:
        raise invalid_form("embeds", f"Embed size exceeds maximum size of {MAX_EMBED_CHARACTERS}")


def _check_embed(path: str, embed: dict[str, Any]) -> None:
    for key, limit in EMBED_LENGTHS.items():
        _check_length(f"{path}.{key}", embed.get(key), limit)
    _check_length(f"{path}.footer.text", (embed.get("footer") or {}).get("text"), MAX_FOOTER)
    fields = embed.get("fields") or []
    if len(fields) > MAX_FIELDS:
        raise invalid_form(f"{path}.fields", f"Must be {MAX_FIELDS} or fewer in length.")
    for index, field in enumerate(fields):
        for key, limit in FIELD_LENGTHS.items():
            if not field.get(key):
                raise invalid_form(f"{path}.fields.{index}.{key}", "This field is required")
            _check_length(f"{path}.fields.{index}.{key}", field[key], limit)


def _check_length(path: str, text: Any, limit: int) -> None:
    if len(text or "") > limit:
        raise invalid_form(path, f"Must be {limit} or fewer in length.")


def _characters(embed: dict[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [field.get(key) for field in embed.get("fields") or [] for key in FIELD_LENGTHS]
    return sum(len(text or "") for text in texts)


def unknown_reference() -> ApiError:
    return invalid_form("message_reference", "Unknown message")
