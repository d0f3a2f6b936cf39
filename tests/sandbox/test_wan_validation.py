"""The Wan service refuses what the provider's documentation refuses, with a message that names it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sandbox.wan.refusal import InvalidRequestError
from sandbox.wan.validation import read_order
from tests.sandbox.pictures import encoded, jpeg, photo
from tests.sandbox.wan_service import data_uri, order, running

BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"duration": 7}, "duration"),
    ({"duration": "5"}, "duration"),
    ({"duration": True}, "duration"),
    ({"resolution": "480P"}, "resolution"),
    ({"resolution": "720p"}, "resolution"),
    ({"prompt": "x" * 2001}, "prompt"),
    ({"prompt": 3}, "prompt"),
    ({"negative_prompt": "x" * 501}, "negative_prompt"),
    ({"seed": -1}, "seed"),
    ({"seed": 2_147_483_648}, "seed"),
    ({"audio": "yes"}, "audio"),
    ({"watermark": 1}, "watermark"),
    ({"shot_type": "triple"}, "shot_type"),
    ({"shot_type": "multi", "prompt_extend": False}, "prompt_extend"),
    ({"model": "wan9"}, "wan9"),
    ({"model": "wan2.5-i2v-preview", "duration": 15}, "duration"),
    ({"audio_url": "https://example.com/a.mp3"}, "audio_url"),
    ({"audio_url": "https://example.com/a.mp3", "model": "wan2.5-i2v-preview"}, "downloaded"),
    ({"shot_type": "single", "model": "wan2.5-i2v-preview"}, "shot_type"),
    ({"img_url": "x"}, "img_url"),
    ({"image_url": None}, "image_url is required"),
    ({"image_url": "ftp://example.com/a.png"}, "image_url"),
    ({"image_url": "https://example.com/a.png"}, "downloaded"),
    ({"image_url": "data:image/png;base64,%%%"}, "Base64"),
]


@pytest.mark.parametrize(("changes", "named"), BAD_FIELDS)
def test_a_field_outside_its_rule_is_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidRequestError, match=named):
        read_order(order(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "x" * 2000, "negative_prompt": "x" * 500, "seed": 2_147_483_647},
        {"shot_type": "multi"},
        {"shot_type": "single", "prompt_extend": True, "model": "wan2.6-i2v"},
        {"model": "", "template": "", "resolution": None, "duration": None, "audio": None, "seed": None},
        {"model": "wan2.5-i2v-preview", "resolution": "480P", "duration": 10},
    ],
)
def test_what_the_documentation_allows_is_accepted(changes: dict[str, Any]) -> None:
    read_order(order(**changes))


def test_defaults_are_the_documented_ones() -> None:
    made = read_order({"image_url": data_uri(jpeg(480, 360))})
    assert (made.duration, made.resolution, made.audio, made.cuts, made.watermark) == (5, "1080P", True, False, False)


@pytest.mark.parametrize(
    ("image", "kind", "named"),
    [
        (photo(359, 500), "JPEG", "359×500"),
        (photo(2001, 500), "JPEG", "2001×500"),
        (Image.new("RGBA", (400, 400), (1, 2, 3, 90)), "PNG", "transparency"),
        (Image.new("RGB", (400, 400)), "GIF", "decoded"),
    ],
)
def test_a_picture_outside_the_rules_is_refused(image: Image.Image, kind: str, named: str) -> None:
    with pytest.raises(InvalidRequestError, match=named):
        read_order(order(image_url=data_uri(encoded(image, kind))))


def test_a_cut_off_picture_is_refused() -> None:
    data = jpeg()
    with pytest.raises(InvalidRequestError, match="decoded"):
        read_order(order(image_url=data_uri(data[: len(data) // 2])))


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP"])
def test_every_documented_kind_of_picture_is_accepted(kind: str) -> None:
    assert read_order(order(image_url=data_uri(encoded(photo(), kind)))).picture.width == 640


@pytest.mark.parametrize("text", ["", "[]", "not json", '{"image_url": 5}'])
def test_a_body_that_is_no_order_is_answered_with_400_and_a_message(tmp_path: Path, text: str) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            path = service.url + "/v1/generate/bailian/wan2-image-to-video"
            async with service.http.post(path, data=text.encode()) as answer:
                assert answer.status == 400
                assert (await answer.json())["message"]
            assert not list(service.wan.tasks)

    asyncio.run(scenario())
