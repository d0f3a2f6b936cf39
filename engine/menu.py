"""What can be asked of which model: a wish becomes options that the provider takes, or is refused with facts."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from client import Model, model_named
from storage import ClipOptions

MOST_SEED = 2_147_483_647

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member said; None is what they left out."""

    model: str | None = None
    prompt: str | None = None
    duration_seconds: int | None = None
    resolution: str | None = None
    audio: bool | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    shots: str | None = None
    rewrite: bool | None = None
    template: str | None = None
    watermark: bool | None = None
    soundtrack: bool = False


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a member says nothing; None is the model's own default."""

    model: str | None = None
    duration_seconds: int | None = None
    resolution: str | None = None
    audio: bool = True
    shots: str = "single"
    rewrite: bool = True
    watermark: bool = False


class NoEffect(StrEnum):
    """What was asked for and will not show, which is said rather than refused."""

    PROMPT_BESIDE_TEMPLATE = "prompt_beside_template"
    SHOTS_WITHOUT_REWRITE = "shots_without_rewrite"
    SILENCE_BESIDE_SOUNDTRACK = "silence_beside_soundtrack"


class NotOffered(Exception):
    """A model does not take what was asked.

    `offered` says what it does instead, as in "takes no soundtrack"; `others` are the names of models that would.
    """

    def __init__(self, option: str, asked: object, model: str, offered: str, others: tuple[str, ...]) -> None:
        self.option, self.asked, self.model, self.offered, self.others = option, asked, model, offered, others
        super().__init__(f"{model} does not take {option} {asked}")


class UnknownModel(Exception):
    """The provider has no model of this name; `known` are those that it has."""

    def __init__(self, asked: str, known: tuple[str, ...]) -> None:
        self.asked, self.known = asked, known
        super().__init__(f"no model is named {asked}")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One option: what was asked of it (None: nothing), whether a model takes that, and what it would take."""

    option: str
    asked: Callable[[Wish], Any]
    taken: Callable[[Model, Any], bool]
    offered: Callable[[Model], str]


_RULES = (
    _Rule(
        "duration",
        lambda wish: wish.duration_seconds,
        lambda model, seconds: seconds in model.durations,
        lambda model: f"makes clips of {_listed(model.durations)} seconds",
    ),
    _Rule(
        "resolution",
        lambda wish: wish.resolution,
        lambda model, tier: tier in model.resolutions,
        lambda model: f"makes clips in {_listed(model.resolutions)}",
    ),
    _Rule(
        "audio",
        lambda wish: None if wish.soundtrack else wish.audio,
        lambda model, wanted: model.sound if wanted else (model.audio_flag or not model.sound),
        lambda model: "always makes sound" if model.sound else "makes silent clips only",
    ),
    _Rule(
        "soundtrack",
        lambda wish: wish.soundtrack or None,
        lambda model, _: model.soundtrack,
        lambda _: "takes no soundtrack",
    ),
    _Rule(
        "shots",
        lambda wish: wish.shots if wish.shots == "multi" else None,
        lambda model, _: model.shots,
        lambda _: "makes single shots only",
    ),
    _Rule(
        "template",
        lambda wish: wish.template,
        lambda model, name: not model.templates or name in model.templates,
        lambda model: f"knows the templates {_listed(model.templates)}",
    ),
    _Rule(
        "prompt",
        lambda wish: wish.prompt,
        lambda model, text: len(text) <= model.prompt_characters,
        lambda model: f"takes prompts of at most {model.prompt_characters} characters",
    ),
    _Rule(
        "negative_prompt",
        lambda wish: wish.negative_prompt,
        lambda model, text: len(text) <= model.negative_prompt_characters,
        lambda model: f"takes negative prompts of at most {model.negative_prompt_characters} characters",
    ),
)


class Menu:
    """The provider's models and the server's defaults."""

    def __init__(self, models: tuple[Model, ...], defaults: Defaults) -> None:
        self.models = models
        self._defaults = defaults

    @property
    def resolutions(self) -> tuple[str, ...]:
        """Every resolution that some model has, the smallest first."""
        return tuple(
            sorted({tier for model in self.models for tier in model.resolutions}, key=lambda tier: int(tier[:-1]))
        )

    @property
    def durations(self) -> tuple[int, ...]:
        """Every length in seconds that some model has, the shortest first."""
        return tuple(sorted({seconds for model in self.models for seconds in model.durations}))

    def model(self, name: str | None) -> Model:
        """The model of this name, blank for the default one; raises UnknownModel."""
        found = model_named(self.models, name or self._defaults.model)
        if found is None:
            raise UnknownModel(name or self._defaults.model or "", tuple(model.name for model in self.models))
        return found

    def templates(self, model_name: str | None) -> tuple[str, ...]:
        """The effects that are published for the model; none for a model that is not there."""
        model = model_named(self.models, model_name or self._defaults.model)
        return model.templates if model else ()

    def settle(self, wish: Wish) -> tuple[ClipOptions, tuple[NoEffect, ...]]:
        """Fill in what was left out and hold the rest against the model; raises UnknownModel or NotOffered."""
        model = self.model(wish.model)
        for rule in _RULES:
            asked = rule.asked(wish)
            if asked is not None and not rule.taken(model, asked):
                raise NotOffered(rule.option, asked, model.name, rule.offered(model), self._others(rule, wish))
        options = self._filled(wish, model)
        return options, _without_effect(wish, options)

    def _others(self, rule: _Rule, wish: Wish) -> tuple[str, ...]:
        """The models that would take this, those first that would take the whole wish."""
        able = [model for model in self.models if rule.taken(model, rule.asked(wish))]
        whole = [model for model in able if all(_takes(model, other, wish) for other in _RULES)]
        return tuple(dict.fromkeys(model.name for model in [*whole, *able]))

    def _filled(self, wish: Wish, model: Model) -> ClipOptions:
        default = self._defaults
        audio = default.audio if wish.audio is None else wish.audio
        shots = wish.shots or default.shots
        rewrite = default.rewrite if wish.rewrite is None else wish.rewrite
        return ClipOptions(
            # Blank stays blank: it is the provider's newest, whatever that is by then.
            model=wish.model or default.model,
            duration_seconds=wish.duration_seconds
            or _taken(default.duration_seconds, model.durations)
            or model.default_duration,
            resolution=wish.resolution or _taken(default.resolution, model.resolutions) or model.default_resolution,
            # Drawn here and not by the provider, so that it can be shown and asked for again.
            seed=secrets.randbelow(MOST_SEED + 1) if wish.seed is None else wish.seed,
            # A model whose sound cannot be switched off makes sound; a silent one does not.
            audio=model.sound and (wish.soundtrack or audio or not model.audio_flag),
            shots=shots if model.shots and rewrite else "single",
            rewrite=rewrite,
            watermark=default.watermark if wish.watermark is None else wish.watermark,
            prompt=wish.prompt,
            negative_prompt=wish.negative_prompt,
            template=wish.template,
        )


def _takes(model: Model, rule: _Rule, wish: Wish) -> bool:
    asked = rule.asked(wish)
    return asked is None or rule.taken(model, asked)


def _taken(value: T | None, offered: tuple[T, ...]) -> T | None:
    return value if value in offered else None


def _without_effect(wish: Wish, options: ClipOptions) -> tuple[NoEffect, ...]:
    found = {
        NoEffect.PROMPT_BESIDE_TEMPLATE: bool(options.prompt and options.template),
        NoEffect.SHOTS_WITHOUT_REWRITE: wish.shots == "multi" and not options.rewrite,
        NoEffect.SILENCE_BESIDE_SOUNDTRACK: wish.soundtrack and wish.audio is False,
    }
    return tuple(effect for effect, applies in found.items() if applies)


def _listed(values: tuple[Any, ...]) -> str:
    """Values as a sentence lists them: 5, 10 or 15."""
    *most, last = map(str, values)
    return f"{', '.join(most)} or {last}" if most else last
