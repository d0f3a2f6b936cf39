"""What a member is told when an order cannot be taken: one sentence for each reason."""

import sqlite3

import discord

from cogs.people import server_of
from cogs.words import buttons, refusals
from engine import (
    BadAspect,
    BadImage,
    BadSound,
    CannotDo,
    ChannelOff,
    DamagedImage,
    DamagedSound,
    FileTooLarge,
    NeedsAgeRestriction,
    NotAccepting,
    NotAdmitted,
    NotEnoughCredits,
    NotHere,
    NotOffered,
    PostingError,
    SoundTooLarge,
    SoundTooShort,
    TooManyPixels,
    UnknownModel,
    UnsupportedImage,
    UnsupportedSound,
    WordsRefused,
)
from engine.order import MAX_INPUT_BYTES, MAX_SIDE, MAX_SOUND_BYTES, MIN_SIDE

# The history, because the bot looks there for its own clip before it posts one a second time.
_NEEDED = {
    "view_channel": "View Channel",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}


class Refusal(Exception):
    """Something that cannot be done; the text says why to whoever asked. Nothing changed or was charged."""


def sentence_for(error: Exception, *, outside: bool = False) -> str | None:
    """The sentence for an expected error, or None where it is the bot's own fault.

    `outside` is where the bot is in no server, so that no moderators look after the credits.
    """
    match error:
        case Refusal():
            return str(error)
        case NotEnoughCredits() if outside:
            return refusals.not_enough_outside(error.price, error.balance)
        case NotAdmitted():
            return refusals.not_admitted(error)
        case BadImage():
            return _about_image(error)
        case BadSound():
            return _about_sound(error)
        case CannotDo():
            return buttons.cannot(error)
        case NotAccepting():
            return refusals.STOPPING
        case PostingError():
            return buttons.out_of_reach(error)
        case sqlite3.Error():
            return refusals.DATABASE_DOWN
        case _:
            return _about_wish(error)


def _about_wish(error: Exception) -> str | None:
    match error:
        case NotHere():
            return refusals.not_here(error)
        case ChannelOff():
            return refusals.channel_off(error.allowed_channels)
        case NeedsAgeRestriction():
            return refusals.NEEDS_AGE_RESTRICTION
        case WordsRefused():
            return refusals.words_refused(error.block)
        case NotOffered():
            return refusals.not_offered(error)
        case UnknownModel():
            return refusals.unknown_model(error.asked, error.known)
        case _:
            return None


def check_place(interaction: discord.Interaction, *, private: bool = False) -> None:
    """Raise Refusal where the bot is to post the clip and could not."""
    if private or not server_of(interaction):  # the member's own token carries it, or their direct messages
        return
    permissions = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    send = ("send_messages_in_threads", "Send Messages in Threads") if in_thread else ("send_messages", "Send Messages")
    missing = [name for flag, name in [send, *_NEEDED.items()] if not getattr(permissions, flag)]
    if missing:
        raise Refusal(refusals.may_not_post(missing))


def _about_image(error: BadImage) -> str:
    match error:
        case UnsupportedImage():
            return refusals.unsupported_image(error.format)
        case DamagedImage():
            return refusals.DAMAGED
        case TooManyPixels():
            return refusals.too_many_pixels(error.width, error.height, MAX_SIDE)
        case BadAspect():
            return refusals.bad_aspect(error.width, error.height, MIN_SIDE, MAX_SIDE)
        case FileTooLarge():
            return refusals.file_too_large(error.size_bytes, MAX_INPUT_BYTES)
        case _:
            return refusals.NOT_AN_IMAGE


def _about_sound(error: BadSound) -> str:
    match error:
        case UnsupportedSound():
            return refusals.unsupported_sound(error.format)
        case DamagedSound():
            return refusals.DAMAGED_SOUND
        case SoundTooShort():
            return refusals.sound_too_short(error.seconds)
        case SoundTooLarge():
            return refusals.file_too_large(error.size_bytes, MAX_SOUND_BYTES)
        case _:
            return refusals.NOT_SOUND
