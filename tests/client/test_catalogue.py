"""The table of models, row by row, and what each row makes of a request on the wire, in both dialects."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from client import DASHSCOPE as DASHSCOPE_MODELS
from client import SINANCODE as SINANCODE_MODELS
from client import Model, VideoRequest, model_named
from tests.client.dialects import DASHSCOPE, SINANCODE, Dialect
from tests.client.service import REQUEST, Service, says

ALL = ("480P", "720P", "1080P")
HIGH = ("720P", "1080P")

# resolutions, default, seconds, sound, audio_url, audio flag, shot_type, prompt
Row = tuple[tuple[str, ...], str, tuple[int, ...], bool, bool, bool, bool, int]

DASHSCOPE_TABLE: dict[str, Row] = {
    "wan2.6-i2v": (HIGH, "1080P", (5, 10, 15), True, True, False, True, 1500),
    "wan2.6-i2v-flash": (HIGH, "1080P", tuple(range(2, 16)), True, True, True, True, 1500),
    "wan2.5-i2v-preview": (ALL, "1080P", (5, 10), True, True, False, False, 1500),
    "wan2.2-i2v-flash": (ALL, "720P", (5,), False, False, False, False, 800),
    "wan2.2-i2v-plus": (("480P", "1080P"), "1080P", (5,), False, False, False, False, 800),
    "wanx2.1-i2v-turbo": (("480P", "720P"), "720P", (3, 4, 5), False, False, False, False, 800),
    "wanx2.1-i2v-plus": (("720P",), "720P", (5,), False, False, False, False, 800),
}
SINANCODE_TABLE: dict[str, Row] = {
    "wan2.6-i2v": (HIGH, "1080P", (5, 10, 15), True, False, True, True, 2000),
    "wan2.5-i2v-preview": (ALL, "1080P", (5, 10), True, True, True, False, 2000),
}

ROWS = [
    *((DASHSCOPE, model, DASHSCOPE_TABLE[model.name]) for model in DASHSCOPE_MODELS),
    *((SINANCODE, model, SINANCODE_TABLE[model.name]) for model in SINANCODE_MODELS),
]
EACH = pytest.mark.parametrize(
    ("dialect", "model", "row"), ROWS, ids=[f"{dialect.name}-{model.name}" for dialect, model, _ in ROWS]
)


def test_the_catalogues_have_every_model_the_newest_first() -> None:
    assert [model.name for model in DASHSCOPE_MODELS] == list(DASHSCOPE_TABLE)
    assert [model.name for model in SINANCODE_MODELS] == list(SINANCODE_TABLE)


@EACH
def test_a_row_says_what_the_documentation_says(dialect: Dialect, model: Model, row: Row) -> None:
    assert row == (
        model.resolutions,
        model.default_resolution,
        model.durations,
        model.sound,
        model.soundtrack,
        model.audio_flag,
        model.shots,
        model.prompt_characters,
    )
    assert model.default_duration == 5
    assert model.negative_prompt_characters == 500


@EACH
def test_a_row_is_consistent(dialect: Dialect, model: Model, row: Row) -> None:
    assert model.default_resolution in model.resolutions
    assert model.default_duration in model.durations
    assert list(model.durations) == sorted(set(model.durations))
    assert model.sound or not (model.soundtrack or model.audio_flag)
    assert len(set(model.templates)) == len(model.templates)
    assert set(model.usd_per_second) <= set(model.resolutions)
    assert set(model.usd_per_second_silent or {}) <= set(model.usd_per_second)
    assert hash(model) == hash(replace(model))


@EACH
def test_a_request_with_every_option_says_only_what_the_model_knows(dialect: Dialect, model: Model, row: Row) -> None:
    sent = dialect.options_of(_sent(dialect, _full(model)))
    assert sent["duration"] == model.durations[-1]
    assert sent["resolution"] == model.resolutions[-1]
    assert sent.get("audio_url") == ("https://files.example/a.mp3" if model.soundtrack else None)
    assert sent.get("audio") == (False if model.audio_flag else None)
    assert sent.get("shot_type") == ("multi" if model.shots else None)
    assert (sent["prompt"], sent["negative_prompt"]) == ("a wave", "blur")
    assert (sent["seed"], sent["watermark"], sent["prompt_extend"]) == (7, True, True)


@EACH
def test_a_model_is_named_in_the_create(dialect: Dialect, model: Model, row: Row) -> None:
    assert dialect.model_of(_sent(dialect, _full(model))) == model.name


@EACH
def test_the_shot_type_is_left_out_without_rewriting(dialect: Dialect, model: Model, row: Row) -> None:
    assert "shot_type" not in dialect.options_of(_sent(dialect, replace(_full(model), rewrite=False)))


def test_a_blank_model_is_left_to_sinancode_and_is_the_newest_at_dashscope() -> None:
    assert SINANCODE.model_of(_sent(SINANCODE, REQUEST)) is None
    assert DASHSCOPE.model_of(_sent(DASHSCOPE, REQUEST)) == "wan2.6-i2v"


@pytest.mark.parametrize("dialect", [SINANCODE, DASHSCOPE], ids=lambda dialect: dialect.name)
def test_a_model_without_a_row_is_sent_without_the_flags_that_it_may_not_know(dialect: Dialect) -> None:
    body = _sent(dialect, replace(REQUEST, model="wan9-i2v"))
    assert dialect.model_of(body) == "wan9-i2v"
    assert not {"audio", "shot_type"} & set(dialect.options_of(body))


@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_name_means_the_first_model(blank: str | None) -> None:
    assert model_named(DASHSCOPE_MODELS, blank) is DASHSCOPE_MODELS[0]


def test_a_model_is_found_by_its_name_or_not_at_all() -> None:
    found = model_named(DASHSCOPE_MODELS, "wanx2.1-i2v-plus")
    assert found is DASHSCOPE_MODELS[-1]
    assert model_named(SINANCODE_MODELS, "wanx2.1-i2v-plus") is None


@pytest.mark.parametrize(
    ("name", "resolution", "price", "silent"),
    [
        ("wan2.6-i2v", "720P", 0.10, None),
        ("wan2.6-i2v", "1080P", 0.15, None),
        ("wan2.6-i2v-flash", "720P", 0.05, 0.025),
        ("wan2.6-i2v-flash", "1080P", 0.075, 0.0375),
        ("wan2.5-i2v-preview", "480P", 0.05, None),
        ("wan2.5-i2v-preview", "720P", 0.10, None),
        ("wan2.5-i2v-preview", "1080P", 0.15, None),
    ],
)
def test_the_published_prices(name: str, resolution: str, price: float, silent: float | None) -> None:
    model = model_named(DASHSCOPE_MODELS, name)
    assert model is not None
    assert model.usd_per_second[resolution] == price
    assert (model.usd_per_second_silent or {}).get(resolution) == silent


def test_the_effects_of_the_older_models() -> None:
    turbo, plus = (model_named(DASHSCOPE_MODELS, f"wanx2.1-i2v-{name}") for name in ("turbo", "plus"))
    assert turbo is not None
    assert plus is not None
    assert len(turbo.templates) == 13
    more = "melt icecream dance1 dance2 dance3 dance4 dance5 mermaid graduation dragon money jellyfish pupil"
    assert " ".join(plus.templates[13:]) == more
    assert set(turbo.templates) < set(plus.templates)


def _full(model: Model) -> VideoRequest:
    """A request with every option that the model has, and those of others that the client leaves out by itself."""
    return replace(
        REQUEST,
        model=model.name,
        duration_seconds=model.durations[-1],
        resolution=model.resolutions[-1],
        prompt="a wave",
        negative_prompt="blur",
        audio=False,
        shots="multi",
        watermark=True,
        soundtrack_url="https://files.example/a.mp3" if model.soundtrack else None,
    )


def _sent(dialect: Dialect, request: VideoRequest) -> Any:
    async def run() -> Any:
        async with Service(says(200, dialect.created)) as service:
            client = dialect.client(service.url)
            await client.create(request)
            await client.aclose()
            return service.seen[0].json

    return asyncio.run(run())
