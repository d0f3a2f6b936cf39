"""What a channel's rules leave of the menu, and the presets that moderators can give a channel."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Final, TypeVar

from client import Model
from engine.wish import Defaults, NotHere, Wish, listed
from storage import ChannelRules

PRESETS: Final[Mapping[str, ChannelRules]] = MappingProxyType(
    {
        "preview": ChannelRules(
            most_resolution="720P", most_seconds=5, resolution="720P", duration_seconds=5, preset="preview"
        )
    }
)

T = TypeVar("T", str, int)


def lines_of(tier: str) -> int:
    """A resolution as a number that compares: 720 for 720P."""
    return int(tier[:-1])


def defaults_under(rules: ChannelRules, defaults: Defaults) -> Defaults:
    """What holds in a channel where a member says nothing: its own defaults, else the bot's."""
    own = {field.name: getattr(rules, field.name) for field in fields(Defaults)}
    return replace(defaults, **{name: value for name, value in own.items() if value is not None})


def model_under(rules: ChannelRules, model: Model, usual: Defaults) -> Model | None:
    """The model with only what the channel takes of it, and what is usual there as its defaults; None if not at all."""
    if rules.models and model.name not in rules.models:
        return None
    tiers = tuple(tier for tier in model.resolutions if _fits(lines_of(tier), _most_lines(rules)))
    lengths = tuple(seconds for seconds in model.durations if _fits(seconds, rules.most_seconds))
    if not tiers or not lengths:
        return None
    return replace(
        model,
        resolutions=tiers,
        durations=lengths,
        default_resolution=_usual((usual.resolution, model.default_resolution), model.resolutions, tiers),
        default_duration=_usual((usual.duration_seconds, model.default_duration), model.durations, lengths),
    )


def hold(rules: ChannelRules, wish: Wish, here: Model) -> None:
    """Raise NotHere for a resolution or length beyond what the channel takes of the model."""
    if wish.resolution and wish.resolution not in here.resolutions:
        raise NotHere("resolution", wish.resolution, f"at most {rules.most_resolution}", here.resolutions)
    if wish.duration_seconds and wish.duration_seconds not in here.durations:
        offered = tuple(map(str, here.durations))
        raise NotHere("duration", str(wish.duration_seconds), f"at most {rules.most_seconds} s", offered)


def model_refused(rules: ChannelRules, name: str | None, offered: tuple[str, ...]) -> NotHere:
    """Why a model cannot be used in the channel: it is not one of those, or all it makes is too large or too long."""
    if rules.models and name not in rules.models:
        return NotHere("model", name, f"only {listed(rules.models)}", offered)
    bounds = [rules.most_resolution, f"{rules.most_seconds} s" if rules.most_seconds else None]
    return NotHere("model", name, f"at most {' and '.join(bound for bound in bounds if bound)}", offered)


def _most_lines(rules: ChannelRules) -> int | None:
    return lines_of(rules.most_resolution) if rules.most_resolution else None


def _fits(value: int, most: int | None) -> bool:
    return most is None or value <= most


def _usual(wanted: tuple[T | None, T], has: Sequence[T], fitting: Sequence[T]) -> T:
    """The first that the model has, brought under the bound: the largest that fits."""
    first = next(value for value in wanted if value in has)
    return first if first is not None and first in fitting else fitting[-1]
