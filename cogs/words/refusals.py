"""Why something was not done, and what to do instead."""

from discord.utils import format_dt

from cogs.text import credits, harmless, megabytes
from engine import Balance, NotOffered

IN_DMS = "Clips are made in servers, where moderators look after the credits: use `/animate` in a server's channel."
STOPPING = "I am restarting: nothing was charged, please try again in a minute."
NOT_A_MODERATOR = "This needs the *Manage Server* permission."
SOMETHING_BROKE = "Something went wrong on my side; `/jobs` shows whether a clip is under way."
FETCH_FAILED = "Discord did not hand me the file: nothing was charged, please attach it again."

DATABASE_DOWN = (
    "I cannot reach my books right now, so nothing was started or charged: please try again in a few minutes."
)

NOT_AN_IMAGE = (
    "This file is not a picture I can read: attach a JPEG, PNG, WEBP, HEIC, AVIF, GIF or BMP. Nothing was charged."
)

NO_PICTURE_THERE = "There is no picture on this message that I can animate: choose one with an attached picture."
NOT_SOUND = "There is no sound in this soundtrack file: attach an MP3, WAV, M4A, OGG or FLAC. Nothing was charged."
DAMAGED_SOUND = "This soundtrack is damaged or cut off: save it again and attach the new file. Nothing was charged."
DAMAGED = "This picture is damaged or cut off: save it again and attach the new file. Nothing was charged."


def unsupported_image(name: str) -> str:
    kinds = "JPEG, PNG, WEBP, HEIC, AVIF, GIF or BMP"
    return f"I cannot animate a {harmless(name, 20)} file: attach a {kinds}. Nothing was charged."


def file_too_large(size_bytes: int, most_bytes: int) -> str:
    return f"The file has {megabytes(size_bytes)}, at most {megabytes(most_bytes)} work. Nothing was charged."


def too_many_pixels(width: int, height: int, most: int) -> str:
    megapixels = f"{width * height / 1e6:,.0f} megapixels"
    return f"The picture has {megapixels}: scale it to at most {most} pixels a side. Nothing was charged."


def bad_aspect(width: int, height: int, least: int, most: int) -> str:
    return (
        f"The picture is {width} × {height} pixels, too long and thin: the longer side may be at most "
        f"{most * 10 // least / 10:.1f} times the shorter, so please crop it. Nothing was charged."
    )


def unsupported_sound(name: str) -> str:
    kinds = "an MP3, WAV, M4A, OGG or FLAC"
    return f"I cannot use a {harmless(name, 20)} file as a soundtrack: attach {kinds}. Nothing was charged."


def sound_too_short(seconds: float) -> str:
    return f"The soundtrack has {seconds:.1f} s, it needs 3 to 30 s. Nothing was charged."


def not_offered(error: NotOffered) -> str:
    which = f"choose `model:{error.others[0]}` for that" if error.others else "no other model does either"
    return f"`{error.model}` {error.offered}: {which}. Nothing was charged."


def unknown_model(asked: str, known: tuple[str, ...]) -> str:
    return f"There is no model {harmless(asked, 40)}: choose {', '.join(known)}. Nothing was charged."


def not_enough_credits(price: int, balance: Balance) -> str:
    if price > balance.per_day + balance.granted_left:
        return (
            f"This clip costs {credits(price)} and you have {balance.per_day:,} a day: "
            "make it shorter or smaller, or ask a moderator. Nothing was charged."
        )
    return (
        f"This clip costs {credits(price)} and you have {balance.left:,} left: "
        f"your daily credits renew {format_dt(balance.renews_at, 'R')}. Nothing was charged."
    )


def may_not_post(missing: list[str]) -> str:
    names = " and ".join(f"*{name}*" for name in missing)
    return f"I may not post clips in this channel: ask a moderator to give me {names} here. Nothing was charged."
