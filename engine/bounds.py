"""What a channel's rules leave of the menu, and the presets that moderators can give a channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from client import Model
from engine.wish import Defaults, NotHere, Wish, listed
from storage import ChannelRules, ClipOptions, Relation
from storage.channels import SERVER_WIDE

PRESETS: Final[Mapping[str, ChannelRules]] = MappingProxyType(
    {
        "preview": ChannelRules(
            most_resolution="720P", most_seconds=5, resolution="720P", duration_seconds=5, preset="preview"
        )
    }
)

T = TypeVar("T", str, int)

_NO_RULES: Final = ChannelRules()

_LIFTED: Final[Mapping[Relation, tuple[str, ...]]] = MappingProxyType(
    {Relation.FINAL: ("most_resolution", "most_seconds"), Relation.EXTEND: ("most_resolution",)}
)
"""The bounds of a preset that do not hold for what drafts are made for: the final clip, and what follows on it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A quality and a length."""

    resolution: str
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class Better:
    """The quality of a better clip, and the lengths that it may have, the shortest first."""

    resolution: str
    durations: tuple[int, ...]


def lines_of(tier: str) -> int:
    """A resolution as a number that compares: 720 for 720P."""
    return int(tier[:-1])


def defaults_under(rules: ChannelRules, defaults: Defaults) -> Defaults:
    """What holds in a channel where a member says nothing: its own defaults, else the bot's."""
    own = {field.name: getattr(rules, field.name) for field in fields(Defaults)}
    return replace(defaults, **{name: value for name, value in own.items() if value is not None})


def rules_for(relation: Relation | None, every: Mapping[int, ChannelRules], channel_id: int) -> ChannelRules:
    """What holds in a channel, of all rules of its server, for an order that is made from another clip or from none.

    A clip that is made from another one is like that one: only the bounds hold, not what is usual in the channel. The
    final clip may exceed what a preset has set, and never what a moderator has set by hand.
    """
    own, servers = every.get(channel_id, _NO_RULES), every.get(SERVER_WIDE, _NO_RULES)
    rules = own.over(servers)
    if relation is None:
        return rules
    unsaid: dict[str, Any] = dict.fromkeys(field.name for field in fields(Defaults))
    lifted = {name: _by_hand(name, own, servers) for name in _LIFTED.get(relation, ())}
    return replace(rules, **unsaid, **lifted)


def _by_hand(name: str, own: ChannelRules, servers: ChannelRules) -> Any:
    """A bound without what presets have set of it; what a channel takes anyway, it takes here too."""
    here, around = getattr(own, name), getattr(servers, name)
    if here is not None and not _is_presets(own, name):
        return here
    if around is None or _is_presets(servers, name):
        return None
    return around if here is None else max(here, around, key=_size)


def _is_presets(rules: ChannelRules, name: str) -> bool:
    preset = PRESETS.get(rules.preset or "")
    return preset is not None and getattr(rules, name) == getattr(preset, name)


def _size(bound: str | int) -> int:
    return lines_of(bound) if isinstance(bound, str) else bound


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


def cheapest(here: Model) -> Setting:
    """What a draft is made in: as the preset for drafts has it where the model does, else the least it has."""
    draft = PRESETS["preview"]
    return Setting(
        resolution=_else_least(draft.resolution, sorted(here.resolutions, key=lines_of)),
        duration_seconds=_else_least(draft.duration_seconds, sorted(here.durations)),
    )


def better(here: Model, options: ClipOptions) -> Better | None:
    """The model's best quality, and the lengths in which that makes a better or a longer clip; None if none does."""
    best = max(here.resolutions, key=lines_of)
    gain = lines_of(best) - lines_of(options.resolution)
    least = options.duration_seconds + (gain == 0)
    lengths = tuple(seconds for seconds in sorted(here.durations) if seconds >= least)
    return Better(best, lengths) if gain >= 0 and lengths else None


def hold(rules: ChannelRules, wish: Wish, here: Model) -> None:
    """Raise NotHere for a resolution or length beyond what the channel takes of the model."""
    if wish.resolution and wish.resolution not in here.resolutions:
        raise NotHere("resolution", wish.resolution, f"at most {rules.most_resolution}", here.resolutions)
    if wish.duration_seconds and wish.duration_seconds not in here.durations:
        offered = tuple(map(str, here.durations))
        raise NotHere("duration", str(wish.duration_seconds), f"at most {rules.most_seconds} s", offered)


def model_refused(rules: ChannelRules, name: str | None, offered: tuple[str, ...]) -> NotHere:
    """Why a model cannot be used in the channel, or with None why none can.

    It is not one of those, or all it makes is too large or too long; where none is left, both together are why.
    """
    only = f"only {listed(rules.models)}" if rules.models and name not in rules.models else ""
    bounds = [rules.most_resolution, f"{rules.most_seconds} s" if rules.most_seconds else None]
    most = " and ".join(bound for bound in bounds if bound)
    if only and (name or not most):
        return NotHere("model", name, only, offered)
    return NotHere("model", name, f"{only}{', ' if only else ''}at most {most}", offered)


def _else_least(wanted: T | None, fitting: Sequence[T]) -> T:
    return wanted if wanted is not None and wanted in fitting else fitting[0]


def _most_lines(rules: ChannelRules) -> int | None:
    return lines_of(rules.most_resolution) if rules.most_resolution else None


def _fits(value: int, most: int | None) -> bool:
    return most is None or value <= most


def _usual(wanted: tuple[T | None, T], has: Sequence[T], fitting: Sequence[T]) -> T:
    """The first that the model has, brought under the bound: the largest that fits."""
    first = next(value for value in wanted if value in has)
    return first if first is not None and first in fitting else fitting[-1]
