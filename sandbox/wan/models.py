"""The models of both dialects as data: what each takes, as the provider's documents give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EVERY_TIER = ("480P", "720P", "1080P")
# Where the provider publishes no list, an effect that is not known fails in the task; these are the stand-in's own.
MADE_UP_EFFECTS = frozenset({"flying", "squish", "rotation"})
TURBO_EFFECTS = frozenset(
    {"squish", "rotation", "poke", "inflate", "dissolve", "carousel", "singleheart", "flying", "rose", "crystalrose"}
    | {"hug", "frenchkiss", "coupleheart"}
)
PLUS_EFFECTS = TURBO_EFFECTS | {
    *("melt", "icecream", "dance1", "dance2", "dance3", "dance4", "dance5"),
    *("mermaid", "graduation", "dragon", "money", "jellyfish", "pupil"),
}


@dataclass(frozen=True, slots=True)
class Model:
    """What one model takes. `templates` are the effects that work; `running_tasks` None: no limit of its own."""

    name: str
    resolutions: tuple[str, ...]
    durations: tuple[int, ...]
    prompt_characters: int
    default_resolution: str
    sound: bool = True
    soundtrack: bool = False
    audio_flag: bool = False
    shots: bool = False
    templates: frozenset[str] = MADE_UP_EFFECTS
    running_tasks: int | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to speak to the service. `default_model` None: a request must name its model.

    `switch_silences_soundtrack` tells what happens where a request has both a soundtrack and `audio` false.
    """

    name: str
    image_field: str
    models: Mapping[str, Model]
    default_model: str | None
    unknown_model: tuple[int, str]
    switch_silences_soundtrack: bool


def _by_name(*models: Model) -> dict[str, Model]:
    return {model.name: model for model in models}


def _silent(
    name: str,
    resolutions: tuple[str, ...],
    default: str,
    durations: tuple[int, ...] = (5,),
    templates: frozenset[str] = frozenset(),
) -> Model:
    return Model(name, resolutions, durations, 800, default, sound=False, templates=templates, running_tasks=2)


SINANCODE = Dialect(
    name="sinancode",
    image_field="image_url",
    models=_by_name(
        Model("wan2.6-i2v", ("720P", "1080P"), (5, 10, 15), 2000, "1080P", audio_flag=True, shots=True),
        Model("wan2.5-i2v-preview", EVERY_TIER, (5, 10), 2000, "1080P", audio_flag=True, soundtrack=True),
    ),
    default_model="wan2.6-i2v",
    unknown_model=(400, "InvalidParameter"),
    switch_silences_soundtrack=False,
)

DASHSCOPE = Dialect(
    name="dashscope",
    image_field="img_url",
    models=_by_name(
        Model("wan2.6-i2v", ("720P", "1080P"), (5, 10, 15), 1500, "1080P", soundtrack=True, shots=True),
        Model(
            "wan2.6-i2v-flash",
            ("720P", "1080P"),
            tuple(range(2, 16)),
            1500,
            "1080P",
            soundtrack=True,
            audio_flag=True,
            shots=True,
        ),
        Model("wan2.5-i2v-preview", EVERY_TIER, (5, 10), 1500, "1080P", soundtrack=True),
        _silent("wan2.2-i2v-flash", EVERY_TIER, "720P"),
        _silent("wan2.2-i2v-plus", ("480P", "1080P"), "1080P"),
        _silent("wanx2.1-i2v-turbo", ("480P", "720P"), "720P", (3, 4, 5), TURBO_EFFECTS),
        _silent("wanx2.1-i2v-plus", ("720P",), "720P", templates=PLUS_EFFECTS),
    ),
    default_model=None,
    unknown_model=(404, "ModelNotFound"),
    switch_silences_soundtrack=True,
)
