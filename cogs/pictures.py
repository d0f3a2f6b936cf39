"""Pictures and sounds that members point at: attachments, and images in embeds that Discord itself serves."""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass

import aiohttp
import discord
from yarl import URL

from cogs.address import DISCORD
from cogs.refusals import Refusal
from cogs.words import refusals
from engine import Source
from engine.order import MAX_INPUT_BYTES, MAX_SOUND_BYTES

_DISCORDS_OWN = frozenset(
    {"cdn.discordapp.com", "media.discordapp.net", "images-ext-1.discordapp.net", "images-ext-2.discordapp.net"}
)
_DOWNLOAD_SECONDS = 60
_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".heic", ".heif", ".avif")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a message: its name for people, and how to get it."""

    name: str
    fetch: Source


def picture_of(attachment: discord.Attachment) -> Picture:
    """An attached picture."""
    return Picture(attachment.filename, lambda: _read(attachment, MAX_INPUT_BYTES))


def sound_of(attachment: discord.Attachment | None) -> Source | None:
    """An attached sound, if there is one."""
    return None if attachment is None else lambda: _read(attachment, MAX_SOUND_BYTES)


def pictures_on(message: discord.Message, discord_url: str) -> list[Picture]:
    """The pictures on a message, and on those it forwards: attachments first, then what its embeds show."""
    sheets: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    attached = [picture_of(file) for sheet in sheets for file in sheet.attachments if _is_image(file)]
    shown = [url for sheet in sheets for url in _shown_in(sheet.embeds) if _is_discords(url, discord_url)]
    return attached + [_embedded(url) for url in shown]


def _is_image(attachment: discord.Attachment) -> bool:
    kind = attachment.content_type or ""
    return kind.startswith("image/") or attachment.filename.lower().endswith(_IMAGE_ENDINGS)


def _shown_in(embeds: Iterable[discord.Embed]) -> list[str]:
    found = [proxy for embed in embeds for proxy in (embed.image.proxy_url, embed.thumbnail.proxy_url) if proxy]
    return list(dict.fromkeys(found))


def _is_discords(url: str, discord_url: str) -> bool:
    """Whether Discord serves this address: others are never fetched, since anybody can put them into an embed."""
    address = URL(url)
    if discord_url != DISCORD:
        return address.origin() == URL(discord_url).origin()
    return address.scheme == "https" and address.host in _DISCORDS_OWN


def _embedded(url: str) -> Picture:
    return Picture(URL(url).name or "picture", lambda: _fetched(_download(url)))


async def _download(url: str) -> bytes:
    """Read an address of Discord's, and no other that it might lead to, up to the limit."""
    limits = aiohttp.ClientTimeout(total=_DOWNLOAD_SECONDS)
    async with (
        aiohttp.ClientSession(timeout=limits, raise_for_status=True) as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        data = bytearray()
        async for piece in answer.content.iter_any():
            data += piece
            if len(data) > MAX_INPUT_BYTES:
                raise Refusal(refusals.file_too_large(len(data), MAX_INPUT_BYTES))
        return bytes(data)


async def _read(attachment: discord.Attachment, most_bytes: int) -> bytes:
    if attachment.size > most_bytes:
        raise Refusal(refusals.file_too_large(attachment.size, most_bytes))
    return await _fetched(attachment.read())


async def _fetched(reading: Awaitable[bytes]) -> bytes:
    try:
        return await reading
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
        raise Refusal(refusals.FETCH_FAILED) from None
