"""Why something was not done, and what to do instead."""

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.text import because, code, credits, duration, harmless, megabytes
from cogs.words import limits
from engine import (
    Balance,
    Block,
    Blocked,
    BudgetSpent,
    ChannelSpent,
    CoolingDown,
    NotAdmitted,
    NotEnoughCredits,
    NotHere,
    NotOffered,
    Pause,
    Period,
    ServerPaused,
    Spending,
    TooManyAtOnce,
)

_MOST_LISTED = 10
_OFTEN = {Period.DAY: "daily", Period.WEEK: "weekly", Period.MONTH: "monthly"}

NOT_OFFERED_OUTSIDE = (
    "Here I make no clips: use `/animate` in a server that has me, where moderators look after the credits. "
    "Nothing was charged."
)
STOPPING = "I am restarting: nothing was charged, please try again in a minute."
NOT_A_MODERATOR = "This is for moderators: it needs *Manage Server*, or the role that was appointed with `/server set`."
NEEDS_AGE_RESTRICTION = (
    "In this server clips are made in age-restricted channels only, and this one is not: "
    "use another channel, or ask a moderator. Nothing was charged."
)
SOMETHING_BROKE = "Something went wrong on my side; `/jobs` shows whether a clip is under way."
FORM_TOO_OLD = "This form was open too long, or while I restarted: please open it again. Nothing was done or charged."
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


def not_admitted(error: NotAdmitted) -> str:
    """Why an order is not taken now, and what helps."""
    match error:
        case ServerPaused():
            return f"{pause(error.pause)} Nothing was charged."
        case Blocked():
            return f"{blocked(error.block)} Nothing was charged."
        case TooManyAtOnce():
            return _too_many(error)
        case CoolingDown():
            return f"You can ask for the next clip {format_dt(error.until, 'R')}. Nothing was charged."
        case _:
            return f"{_not_paid(error)} Nothing was charged."


def _too_many(error: TooManyAtOnce) -> str:
    more = f" and ask for {error.asked} more" if error.asked > 1 else ""
    help_ = "ask for fewer takes" if error.asked > (error.limit.value or 0) else "wait until one is done"
    return (
        f"You have {_clips(error.open_jobs)} under way{more}, and {error.limit.value} at once is your limit: "
        f"{help_}, or cancel one that waits with `/jobs`. Nothing was charged."
    )


def _not_paid(error: NotAdmitted) -> str:
    match error:
        case NotEnoughCredits():
            return _not_enough(error.price, error.balance)
        case ChannelSpent():
            return _short(error.price, error.spending, "this channel", "use another channel")
        case BudgetSpent(everywhere=False):
            return _short(error.price, error.spending, "this server")
        case BudgetSpent():
            return _short_everywhere(error.price, error.spending)
        case _:
            return "No new clip can be made right now."


def _not_enough(price: int, balance: Balance) -> str:
    limit = balance.limit
    if price > (limit.value or 0) + balance.granted_left:
        return (
            f"This costs {credits(price)} and you have {_at_most(balance)}: "
            "make it shorter or smaller, or ask a moderator."
        )
    often = _OFTEN[limit.period or Period.DAY]
    return (
        f"This costs {credits(price)} and you have {balance.left:,} left: "
        f"your {often} credits renew {format_dt(balance.renews_at, 'R')}."
    )


def _at_most(balance: Balance) -> str:
    """What a member has once their allowance is renewed: 60 a day; 0 a day and 15 granted."""
    granted = f" and {balance.granted_left:,} granted" if balance.granted_left else ""
    return f"{limits.gives(balance.limit)}{granted}"


def not_enough_outside(price: int, balance: Balance) -> str:
    """That credits are short where no moderators can be asked: outside of servers that have the bot."""
    limit = balance.limit
    if not limit.value and not balance.granted_left:
        return NOT_OFFERED_OUTSIDE
    if price > (limit.value or 0) + balance.granted_left:
        most = f"you have {_at_most(balance)} outside of servers that have me"
        return f"This costs {credits(price)} and {most}: make it shorter or smaller. Nothing was charged."
    return f"{_not_enough(price, balance)} Nothing was charged."


def _short(price: int, spending: Spending, where: str, *instead: str) -> str:
    """That a channel's cap or a server's budget does not cover a price; to wait helps only up to the cap itself."""
    limit = spending.limit
    smaller = ["make it shorter or smaller"] if limit.value else []
    if price > (limit.value or 0):
        has, helps = limits.gives(limit), [*smaller, *instead, "ask a moderator"]
    else:
        has = f"{spending.left:,} left {limits.this(limit)}"
        helps = [f"wait until that renews {format_dt(spending.renews_at, 'R')}", *smaller, *instead]
    return f"This costs {credits(price)} and {where} has {has} for all members together: {_either(helps)}."


def _short_everywhere(price: int, spending: Spending) -> str:
    """The same of the operator's budget, without telling how much that is."""
    pays, renewed = "What the bot's operator pays for over all servers", format_dt(spending.renews_at, "R")
    if not spending.limit.value:
        return "The bot's operator pays for no clips at present: please ask again another day."
    if not spending.left:
        return f"{pays} is used up: it renews {renewed}."
    wait = [] if price > spending.limit.value else [f"wait until it renews {renewed}"]
    return f"{pays} has too little left for this: {_either(['make it shorter or smaller', *wait])}."


def _either(ways: Sequence[str]) -> str:
    """What helps, as a sentence ends with it."""
    *others, last = ways
    return f"{', '.join(others)}, or {last}" if others else last


def pause(paused: Pause) -> str:
    """That no new clips are made, for members."""
    where = "everywhere by the bot's operator" if paused.everywhere else "in this server by its moderators"
    return f"⏸️ New clips are paused {where}.{because(paused.reason)}"


def blocked(block: Block) -> str:
    """That somebody may make no clips, for themselves."""
    until = f"until {format_dt(block.until, 'f')}, {format_dt(block.until, 'R')}" if block.until else "for good"
    if not block.actor_id:
        return f"You cannot make clips {until}: several of your orders in a row were refused for their content."
    return f"A moderator has blocked you from making clips in this server {until}.{because(block.reason)}"


def words_refused(block: Block | None) -> str:
    """That words may not be asked for, without saying which."""
    text = "Your words ask for something that this server does not allow: please use others. Nothing was charged."
    return f"{text}\n{blocked(block)}" if block else text


def not_here(error: NotHere) -> str:
    options = " or ".join(f"`{error.option}:{value}`" for value in error.offered[:_MOST_LISTED])
    instead = f"choose {options}" if options else "ask a moderator, or use another channel"
    if error.option == "model":
        which = f"{code(error.asked, 40)} cannot" if error.asked else "No model can"
        return f"{which} be used in this channel, which takes {error.most}: {instead}. Nothing was charged."
    return f"In this channel clips are {error.most}: {instead}. Nothing was charged."


def channel_off(allowed: Sequence[int]) -> str:
    if not allowed:
        return "Clips cannot be made in this channel: ask a moderator where they can. Nothing was charged."
    channels = ", ".join(f"<#{channel_id}>" for channel_id in allowed[:_MOST_LISTED])
    return f"Clips cannot be made in this channel: use {channels}. Nothing was charged."


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count:,} clips"


def may_not_post(missing: list[str]) -> str:
    names = " and ".join(f"*{name}*" for name in missing)
    return f"I may not post clips in this channel: ask a moderator to give me {names} here. Nothing was charged."


def not_an_amount(typed: str, least: int, most: int) -> str:
    return f"“{harmless(typed, 40)}” is no amount: type a whole number from {least:,} to {most:,}, or `unlimited`."


def not_a_span(typed: str, word: str | None, most_seconds: int) -> str:
    return (
        f"“{harmless(typed, 40)}” is no time span: type one such as `30 s`, `10 min`, `2 h` or `7 d` "
        f"(at most {duration(most_seconds)}){f', or `{word}`' if word else ''}."
    )
