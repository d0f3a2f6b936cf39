"""The rules of channels: what holds where, and what a moderator changed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cogs.text import harmless
from cogs.words.settings import SETTINGS, setting
from engine import Changed, ChannelRules

_MOST_CHANNELS = 15
_MOST_CHARACTERS = 60

EITHER_OR = "Name a channel or choose the whole server, not both. Nothing changed."
NOTHING_SAID = "Name at least one setting to change. Nothing changed."
NO_MODEL = "Name at least one model, or use `/channel clear` to allow all of them again. Nothing changed."

_NO_RULES = "No rules are set: everything that the models can make is possible."


def shown(channel_id: int, every: Mapping[int, ChannelRules], server_wide: int) -> str:
    """The rules that hold in a channel, and where each was set."""
    nothing = ChannelRules()
    own, wide = every.get(channel_id, nothing), every.get(server_wide, nothing)
    here = "here" if channel_id != server_wide else "for the whole server"
    lines = [
        f"- {SETTINGS[name]}: {_value(name, value)} · set {here if name in own.said() else 'for the whole server'}"
        for name, value in own.over(wide).said().items()
    ]
    others = [f"<#{other}>" for other in every if other not in (channel_id, server_wide)]
    if others:
        more = f" and {len(others) - _MOST_CHANNELS} more" if len(others) > _MOST_CHANNELS else ""
        lines.append(f"-# Rules of their own: {', '.join(others[:_MOST_CHANNELS])}{more}")
    return "\n".join([f"**Rules {_of(channel_id, server_wide)}**", *(lines or [_NO_RULES])])


def changed(channel_id: int, change: Changed[ChannelRules], server_wide: int) -> str:
    """What a moderator changed, from what to what."""
    before, after = asdict(change.before), asdict(change.after)
    names = [name for name in before if before[name] != after[name]]
    if not names:
        return f"Nothing changed: the rules {_of(channel_id, server_wide)} were that already."
    lines = [f"- {SETTINGS[name]}: {_value(name, before[name])} → {_value(name, after[name])}" for name in names]
    return "\n".join([f"The rules {_of(channel_id, server_wide)} changed:", *lines])


def _value(name: str, value: Any) -> str:
    return setting(name, value, _MOST_CHARACTERS)


def _of(channel_id: int, server_wide: int) -> str:
    return "of the whole server" if channel_id == server_wide else f"of <#{channel_id}>"


def unknown_model(asked: str, known: tuple[str, ...]) -> str:
    return f"There is no model {harmless(asked, 40)}: choose {', '.join(known)}. Nothing changed."
