"""What each model of each dialect takes and costs, as data: a new model is a new row."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Model:
    """One model as its provider's documentation describes it.

    Durations are whole seconds, prices USD a second of finished video at list price; a resolution that is missing
    from the prices has none published.
    """

    name: str
    resolutions: tuple[str, ...]
    default_resolution: str
    durations: tuple[int, ...]
    default_duration: int
    sound: bool
    """Whether its clips have sound at all."""
    soundtrack: bool
    """Whether a sound file can be given, which becomes the clip's sound."""
    audio_flag: bool
    """Whether its sound can be switched off."""
    shots: bool
    """Whether it makes several shots; only while the prompt is rewritten."""
    prompt_characters: int
    templates: tuple[str, ...] = ()
    """The published effects; empty where none are published, and then any name may be tried."""
    negative_prompt_characters: int = 500
    running_tasks: int | None = None
    """How many of its tasks the provider lets run at a time, where that is fewer than the account's own limit."""
    usd_per_second: Mapping[str, float] = field(default_factory=dict, hash=False)
    """By resolution, with whatever sound the model makes."""
    usd_per_second_silent: Mapping[str, float] | None = field(default=None, hash=False)
    """By resolution with the sound switched off; None where that is not cheaper."""


def model_named(models: tuple[Model, ...], name: str | None) -> Model | None:
    """The model of this name; the first one for a blank name; None for a name that the provider doesn't have."""
    if not name:
        return models[0]
    return next((model for model in models if model.name == name), None)


_480P, _720P, _1080P = "480P", "720P", "1080P"

_TURBO_TEMPLATES = (
    "squish",
    "rotation",
    "poke",
    "inflate",
    "dissolve",
    "carousel",
    "singleheart",
    "flying",
    "rose",
    "crystalrose",
    "hug",
    "frenchkiss",
    "coupleheart",
)
_PLUS_TEMPLATES = (
    *_TURBO_TEMPLATES,
    "melt",
    "icecream",
    "dance1",
    "dance2",
    "dance3",
    "dance4",
    "dance5",
    "mermaid",
    "graduation",
    "dragon",
    "money",
    "jellyfish",
    "pupil",
)

_WAN_26 = Model(
    name="wan2.6-i2v",
    resolutions=(_720P, _1080P),
    default_resolution=_1080P,
    durations=(5, 10, 15),
    default_duration=5,
    sound=True,
    soundtrack=True,
    audio_flag=False,
    shots=True,
    prompt_characters=1500,
    usd_per_second={_720P: 0.10, _1080P: 0.15},
)
_WAN_26_FLASH = replace(
    _WAN_26,
    name="wan2.6-i2v-flash",
    durations=tuple(range(2, 16)),
    audio_flag=True,
    usd_per_second={_720P: 0.05, _1080P: 0.075},
    usd_per_second_silent={_720P: 0.025, _1080P: 0.0375},
)
_WAN_25 = Model(
    name="wan2.5-i2v-preview",
    resolutions=(_480P, _720P, _1080P),
    default_resolution=_1080P,
    durations=(5, 10),
    default_duration=5,
    sound=True,
    soundtrack=True,
    audio_flag=False,
    shots=False,
    prompt_characters=1500,
    usd_per_second={_480P: 0.05, _720P: 0.10, _1080P: 0.15},
)
_WAN_22_FLASH = Model(
    name="wan2.2-i2v-flash",
    resolutions=(_480P, _720P, _1080P),
    default_resolution=_720P,
    durations=(5,),
    default_duration=5,
    sound=False,
    soundtrack=False,
    audio_flag=False,
    shots=False,
    prompt_characters=800,
    running_tasks=2,
)
_WAN_22_PLUS = replace(_WAN_22_FLASH, name="wan2.2-i2v-plus", resolutions=(_480P, _1080P), default_resolution=_1080P)
_WAN_21_TURBO = replace(
    _WAN_22_FLASH,
    name="wanx2.1-i2v-turbo",
    resolutions=(_480P, _720P),
    durations=(3, 4, 5),
    templates=_TURBO_TEMPLATES,
)
_WAN_21_PLUS = replace(_WAN_22_FLASH, name="wanx2.1-i2v-plus", resolutions=(_720P,), templates=_PLUS_TEMPLATES)

DASHSCOPE: tuple[Model, ...] = (
    _WAN_26,
    _WAN_26_FLASH,
    _WAN_25,
    _WAN_22_FLASH,
    _WAN_22_PLUS,
    _WAN_21_TURBO,
    _WAN_21_PLUS,
)
"""Model Studio's models, the newest first. The templates are those of its Beijing region."""

# Where the two documents disagree each is right for its own dialect.
SINANCODE: tuple[Model, ...] = (
    replace(_WAN_26, soundtrack=False, audio_flag=True, prompt_characters=2000),
    replace(_WAN_25, audio_flag=True, prompt_characters=2000),
)
"""SinanCode's models, the newest first. It publishes no prices: these are the source's."""
