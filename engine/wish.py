"""What a member says of a clip, what holds where they say nothing, and what can be said against it."""

from dataclasses import dataclass
from enum import StrEnum


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
    """What holds where a member says nothing; None is the model's own default, or nothing."""

    model: str | None = None
    duration_seconds: int | None = None
    resolution: str | None = None
    audio: bool = True
    negative_prompt: str | None = None
    seed: int | None = None
    shots: str = "single"
    rewrite: bool = True
    template: str | None = None
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


class NotHere(Exception):
    """A channel does not take what was asked: a model, a resolution or a duration.

    `most` says what it takes, as in "at most 720P"; `offered` are the values that would do, none where nothing would.
    No model was `asked` where the channel takes nothing of any.
    """

    def __init__(self, option: str, asked: str | None, most: str, offered: tuple[str, ...]) -> None:
        self.option, self.asked, self.most, self.offered = option, asked, most, offered
        super().__init__(f"{option} {asked} is not taken here: {most}")


def listed(values: tuple[object, ...]) -> str:
    """Values as a sentence lists them: 5, 10 or 15."""
    *most, last = map(str, values)
    return f"{', '.join(most)} or {last}" if most else last
