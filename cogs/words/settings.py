"""The settings of channels and servers: their names and values in words."""

from typing import Any

from cogs.text import harmless

SETTINGS = {
    "allowed": "clips allowed",
    "most_resolution": "largest resolution",
    "most_seconds": "longest duration",
    "models": "models",
    "spoiler": "clips as spoilers",
    "age_restricted": "age-restricted channels only",
    "preset": "preset",
    "model": "default model",
    "duration_seconds": "default duration",
    "resolution": "default resolution",
    "audio": "default audio",
    "negative_prompt": "default negative prompt",
    "seed": "default seed",
    "shots": "default shots",
    "rewrite": "default rewrite",
    "template": "default template",
    "watermark": "default watermark",
    "time_zone": "time zone",
    "moderator_role_id": "moderator role",
    "notes_channel_id": "channel for notes",
    "log_channel_id": "log channel",
    "showcase_channel_id": "showcase channel",
    "strikes": "refusals until a pause",
    "strike_pause_minutes": "length of that pause",
}

_SWITCHES = {"audio": ("with sound", "silent")}
_UNITS = {"most_seconds": "s", "duration_seconds": "s", "strike_pause_minutes": "min"}
_MENTIONS = {
    "moderator_role_id": "<@&{}>",
    "notes_channel_id": "<#{}>",
    "log_channel_id": "<#{}>",
    "showcase_channel_id": "<#{}>",
}


def setting(name: str, value: Any, most_characters: int = 100) -> str:
    """A setting's value in words."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return _SWITCHES.get(name, ("yes", "no"))[0 if value else 1]
    if name in _UNITS:
        return f"{value} {_UNITS[name]}"
    if name in _MENTIONS:
        return _MENTIONS[name].format(value)
    if isinstance(value, list | tuple):
        return harmless(", ".join(map(str, value)), most_characters)
    return harmless(str(value), most_characters)
