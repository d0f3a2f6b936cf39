"""What a model takes of a wish: one row an option."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from client import Model
from engine.wish import Wish, listed


@dataclass(frozen=True, slots=True)
class Rule:
    """One option: what was asked of it (None: nothing), whether a model takes that, and what it would take."""

    option: str
    asked: Callable[[Wish], Any]
    taken: Callable[[Model, Any], bool]
    offered: Callable[[Model], str]
    field: str | None = None
    """What it is called in a wish, where that is something else."""


RULES = (
    Rule(
        "duration",
        lambda wish: wish.duration_seconds,
        lambda model, seconds: seconds in model.durations,
        lambda model: f"makes clips of {listed(model.durations)} seconds",
        "duration_seconds",
    ),
    Rule(
        "resolution",
        lambda wish: wish.resolution,
        lambda model, tier: tier in model.resolutions,
        lambda model: f"makes clips in {listed(model.resolutions)}",
    ),
    Rule(
        "audio",
        lambda wish: None if wish.soundtrack else wish.audio,
        lambda model, wanted: model.sound if wanted else (model.audio_flag or not model.sound),
        lambda model: "always makes sound" if model.sound else "makes silent clips only",
    ),
    Rule(
        "soundtrack",
        lambda wish: wish.soundtrack or None,
        lambda model, _: model.soundtrack,
        lambda _: "takes no soundtrack",
    ),
    Rule(
        "shots",
        lambda wish: wish.shots if wish.shots == "multi" else None,
        lambda model, _: model.shots,
        lambda _: "makes single shots only",
    ),
    Rule(
        "template",
        lambda wish: wish.template,
        lambda model, name: not model.templates or name in model.templates,
        lambda model: f"knows the templates {listed(model.templates)}",
    ),
    Rule(
        "prompt",
        lambda wish: wish.prompt,
        lambda model, text: len(text) <= model.prompt_characters,
        lambda model: f"takes prompts of at most {model.prompt_characters} characters",
    ),
    Rule(
        "negative_prompt",
        lambda wish: wish.negative_prompt,
        lambda model, text: len(text) <= model.negative_prompt_characters,
        lambda model: f"takes negative prompts of at most {model.negative_prompt_characters} characters",
    ),
)


def takes(model: Model, rule: Rule, wish: Wish) -> bool:
    """Whether a model takes what the wish says of one option, if it says anything."""
    asked = rule.asked(wish)
    return asked is None or rule.taken(model, asked)


def taken(option: str, value: str | None, model: Model) -> str | None:
    """A default, where the model takes it."""
    rule = next(rule for rule in RULES if rule.option == option)
    return value if value and rule.taken(model, value) else None


def as_far_as_taken(wish: Wish, model: Model) -> Wish:
    """A wish without what the model does not take of it; of a prompt that is too long, its beginning."""
    prompt = wish.prompt and wish.prompt[: model.prompt_characters]
    cut = replace(wish, prompt=prompt, soundtrack=wish.soundtrack and model.soundtrack)
    left_out: dict[str, Any] = {rule.field or rule.option: None for rule in RULES if not takes(model, rule, cut)}
    return replace(cut, **left_out)
