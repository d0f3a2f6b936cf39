"""What a member is told when an order cannot be taken: one sentence for each reason."""

import sqlite3

import discord

from cogs import words
from engine import (
    BadImage,
    DamagedImage,
    FileTooLarge,
    NotAccepting,
    NotEnoughCredits,
    SideTooLarge,
    SideTooSmall,
    TooManyPixels,
    UnsupportedImage,
)
from engine.order import MAX_FILE_BYTES, MAX_SIDE, MIN_SIDE

_NEEDED = {"view_channel": "View Channel", "attach_files": "Attach Files"}


class Refusal(Exception):
    """An order that cannot be taken; the text is the sentence for the member. Nothing was charged."""


def sentence_for(error: Exception) -> str | None:
    """The sentence for an expected error, or None where it is the bot's own fault."""
    match error:
        case Refusal():
            return str(error)
        case BadImage():
            return _about_image(error)
        case NotEnoughCredits():
            return words.not_enough_credits(error.price, error.balance)
        case NotAccepting():
            return words.STOPPING
        case sqlite3.Error():
            return words.DATABASE_DOWN
        case _:
            return None


def check_place(interaction: discord.Interaction) -> None:
    """Raise Refusal where the bot could not post the clip."""
    if interaction.guild_id is None:
        raise Refusal(words.IN_DMS)
    permissions = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    send = ("send_messages_in_threads", "Send Messages in Threads") if in_thread else ("send_messages", "Send Messages")
    missing = [name for flag, name in [send, *_NEEDED.items()] if not getattr(permissions, flag)]
    if missing:
        raise Refusal(words.may_not_post(missing))


async def fetch_image(attachment: discord.Attachment) -> bytes:
    """The bytes of an attachment; raises Refusal where they are too many or Discord does not give them."""
    if attachment.size > MAX_FILE_BYTES:
        raise Refusal(words.file_too_large(attachment.size, MAX_FILE_BYTES))
    try:
        return await attachment.read()
    except discord.HTTPException:
        raise Refusal(words.FETCH_FAILED) from None


def _about_image(error: BadImage) -> str:
    match error:
        case UnsupportedImage():
            return words.unsupported_image(error.format)
        case DamagedImage():
            return words.DAMAGED
        case TooManyPixels():
            return words.too_many_pixels(error.width, error.height, MAX_SIDE)
        case SideTooSmall():
            return words.side_too_small(error.width, error.height, MIN_SIDE)
        case SideTooLarge():
            return words.side_too_large(error.width, error.height, MAX_SIDE)
        case FileTooLarge():
            return words.file_too_large(error.size_bytes, MAX_FILE_BYTES)
        case _:
            return words.NOT_AN_IMAGE
