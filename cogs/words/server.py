"""The server's settings, the pause of new clips, and the operator's switches over all servers."""

from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from discord.utils import format_dt

from cogs.text import because, code, duration
from cogs.words.limits import budget
from cogs.words.settings import SETTINGS, setting
from engine import Changed, Pause, Prices, ServerSettings, Spending

NOTHING_SAID = "Say what to set: choose at least one option. Nothing changed."
EVERYBODYS_ROLE = "Everybody has this role, so everybody would moderate: choose another. Nothing changed."
NOT_THE_OPERATOR = "This is for the operator of the bot alone."
UNDER_WAY_GO_ON = "Clips that wait or are being made go on; members are told when they ask for a new one."
EVERYTHING = "everything"

_ROLE_ELSEWHERE = (
    "-# Discord still hides moderators' commands from <@&{role_id}>: allow the role there too, "
    "under *Server Settings → Integrations → the bot*."
)


def unknown_zone(typed: str) -> str:
    return (
        f"There is no time zone {code(typed, 40)}: choose one from the list, such as `Europe/Berlin`. Nothing changed."
    )


def shown(settings: ServerSettings, paused: Pause | None, now: datetime) -> str:
    """Every setting of the server, one a line."""
    zone = ZoneInfo(settings.time_zone)
    role = f" and <@&{settings.moderator_role_id}>" if settings.moderator_role_id else ""
    lines = [
        "**This server**",
        pause_line(paused),
        f"- Time zone: {settings.time_zone}, now {now.astimezone(zone):%A %H:%M}",
        f"- Moderators: those with *Manage Server*{role}",
        f"- Notes at 80 % and 100 % of the budget: {_channel(settings.notes_channel_id)}",
        f"- Log of every change: {_channel(settings.log_channel_id)}",
        f"- Showcase, where clips are shared: {_channel(settings.showcase_channel_id, 'none')}",
        f"- Refusals in a row: {_strikes(settings)}",
        "-# Change them with `/server set`. Limits: `/limits show` · channels: `/channel show` · record: `/audit`",
    ]
    return "\n".join(lines)


def _channel(channel_id: int | None, otherwise: str = "not sent, no channel is set") -> str:
    return f"<#{channel_id}>" if channel_id else otherwise


def _strikes(settings: ServerSettings) -> str:
    if not settings.strikes:
        return "pause nobody"
    return f"{settings.strikes} for content pause a member for {duration(settings.strike_pause_minutes * 60)}"


def pause_line(paused: Pause | None) -> str:
    """Whether new clips are made."""
    if paused is None:
        return "- New clips: on"
    by = "the bot's operator, everywhere" if paused.everywhere else f"<@{paused.actor_id}>"
    return f"- New clips: ⏸️ **paused** by {by}, {format_dt(paused.since, 'R')}.{because(paused.reason)}"


def changed(change: Changed[ServerSettings], missing: dict[int, list[str]]) -> str:
    """What was set, from what to what; `missing` are permissions that the bot needs in channels it was given."""
    if change.same:
        return "Nothing changed: that was set already."
    before, after = asdict(change.before), asdict(change.after)
    lines = [
        f"- {SETTINGS[name].capitalize()}: {setting(name, before[name])} → **{setting(name, after[name])}**"
        for name in after
        if before[name] != after[name]
    ]
    role_id = change.after.moderator_role_id
    if role_id and role_id != change.before.moderator_role_id:
        lines.append(_ROLE_ELSEWHERE.format(role_id=role_id))
    for channel_id, names in missing.items():
        lines.append(
            f"⚠️ I may not post in <#{channel_id}> yet: give me {' and '.join(f'*{name}*' for name in names)} there."
        )
    return "\n".join(["Changed for this server:", *lines])


def paused(change: Changed[Pause | None], where: str) -> str:
    """That new clips are paused, in this server or everywhere."""
    if change.same and change.after:
        return f"Nothing changed: new clips are paused {where} already.\n{pause_line(change.after)}"
    reason = because(change.after.reason if change.after else "")
    return f"New clips {where}: on → **paused**.{reason}\n-# {UNDER_WAY_GO_ON}"


def resumed(change: Changed[Pause | None], where: str, still: Pause | None) -> str:
    """That new clips are made again, unless the operator's pause holds still."""
    if change.same:
        text = f"Nothing changed: new clips were not paused {where}."
    else:
        text = f"New clips {where}: paused → **on**."
    return f"{text}\n⏸️ The bot's operator has paused new clips everywhere: that goes on." if still else text


def operator(spending: Spending | None, paused: Pause | None, prices: Prices) -> str:
    """What the operator has set over all servers."""
    spent = budget(spending, prices, "Budget") if spending else "**Budget**: not set, so unlimited"
    return "\n".join(["**All servers together**", pause_line(paused), f"- {spent}"])
