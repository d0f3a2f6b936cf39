"""A soundtrack is held against its rules, and is then what is heard in the clip."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from sandbox.wan.refusal import InvalidRequestError
from sandbox.wan.render import Scene, render
from sandbox.wan.soundtrack import read_soundtrack
from tests.sandbox.clips import measure
from tests.sandbox.pictures import jpeg
from tests.sandbox.sounds import heard, loudness, mp3, pitch, tone
from tests.sandbox.wan_service import Service, running

SCENE = Scene("480P", 4, seed=7)
PREVIEW = "wan2.5-i2v-preview"


@pytest.mark.parametrize(
    ("seconds", "kind"), [(3, "audio/wav"), (30, "audio/wav"), (3, "audio/mpeg"), (30, "audio/mpeg")]
)
def test_wav_and_mp3_of_3_to_30_seconds_are_taken(seconds: int, kind: str) -> None:
    sound = read_soundtrack(tone(seconds) if kind == "audio/wav" else mp3(seconds))
    assert sound.content_type == kind
    assert sound.seconds == pytest.approx(seconds, abs=0.06)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (tone(2.9), "3 to 30 seconds"),
        (mp3(30.2), "3 to 30 seconds"),
        (tone(4, container="ogg", codec="libopus"), "wav or mp3"),
        (b"no sound at all", "decoded"),
        (b"", "decoded"),
        (bytes(15 * 1024 * 1024 + 1), "15 MB"),
        (jpeg(), "wav or mp3"),
    ],
    ids=["short", "long", "opus", "text", "empty", "large", "picture"],
)
def test_a_soundtrack_outside_the_rules_is_refused(data: bytes, named: str) -> None:
    with pytest.raises(InvalidRequestError, match=named):
        read_soundtrack(data)


def test_a_longer_soundtrack_is_cut_to_the_clip(tmp_path: Path) -> None:
    render(jpeg(480, 360), replace(SCENE, soundtrack=mp3(9, pitch_hz=660)), tmp_path / "a.mp4")
    samples, rate = heard(tmp_path / "a.mp4")
    clip = measure(tmp_path / "a.mp4", every=60)
    assert clip.sound == "aac"
    assert len(samples) / rate == pytest.approx(4, abs=0.05)
    assert clip.seconds == pytest.approx(4, abs=0.05)
    assert pitch(samples[rate : 3 * rate], rate) == pytest.approx(660, rel=0.01)


def test_a_shorter_soundtrack_is_followed_by_silence(tmp_path: Path) -> None:
    render(jpeg(480, 360), replace(SCENE, seconds=5, soundtrack=tone(3)), tmp_path / "a.mp4")
    samples, rate = heard(tmp_path / "a.mp4")
    assert len(samples) / rate == pytest.approx(5, abs=0.05)
    assert pitch(samples[rate // 2 : 2 * rate], rate) == pytest.approx(440, rel=0.01)
    assert loudness(samples[rate // 2 : 2 * rate]) > 0.1
    assert loudness(samples[round(3.2 * rate) :]) < 0.001


def test_the_same_soundtrack_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        render(jpeg(480, 360), replace(SCENE, seconds=2, soundtrack=tone(3)), tmp_path / f"{name}.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_an_uploaded_soundtrack_is_heard_in_the_clip_that_is_fetched(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            url = await upload(service, tone(6, pitch_hz=550))
            # Here `audio` counts only where there is no soundtrack.
            task_id = await service.accepted(model=PREVIEW, resolution="480P", audio_url=url, audio=False)
            [task] = service.wan.tasks
            described = service.wan.describe(task)
            assert (described["dialect"], described["model"]) == ("sinancode", PREVIEW)
            assert described["soundtrack"]["bytes"] == len(tone(6, pitch_hz=550))
            assert described["soundtrack"]["seconds"] == pytest.approx(6, abs=0.01)
            samples, rate = heard(await service.fetch_clip(task_id, tmp_path / "a.mp4"))
            assert pitch(samples[rate : 4 * rate], rate) == pytest.approx(550, rel=0.01)

    asyncio.run(scenario())


def test_the_same_sound_uploaded_again_makes_the_same_request(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.max_running = 0
            for _ in range(2):
                await service.accepted(model=PREVIEW, audio_url=await upload(service, tone(3)))
            assert [service.wan.describe(task)["times_created"] for task in service.wan.tasks] == [2, 2]

    asyncio.run(scenario())


def test_the_switch_of_the_flash_model_silences_even_a_soundtrack(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            url = await upload(service, tone(4))
            flash = {"model": "wan2.6-i2v-flash", "duration": 2}
            task_id = await service.accepted_dashscope(audio_url=url, audio=False, **flash)
            clip = measure(await service.fetch_clip(task_id, tmp_path / "a.mp4"), every=60)
            assert clip.sound is None
            assert clip.seconds == pytest.approx(2, abs=0.05)

    asyncio.run(scenario())


@pytest.mark.parametrize("dialect", ["sinancode", "dashscope"])
def test_a_soundtrack_that_is_too_short_is_refused_before_there_is_a_task(tmp_path: Path, dialect: str) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            url = await upload(service, tone(1))
            create = service.create if dialect == "sinancode" else service.create_dashscope
            status, body = await create(model=PREVIEW, audio_url=url, audio=None)
            assert (status, "3 to 30 seconds" in body["message"]) == (400, True)
            assert body.get("code") == (None if dialect == "sinancode" else "InvalidFile.Duration")
            assert not list(service.wan.tasks)

    asyncio.run(scenario())


async def upload(service: Service, data: bytes) -> str:
    form = aiohttp.FormData()
    form.add_field("file", data, filename="a.wav", content_type="audio/wav")
    async with service.http.post(f"{service.url}/files/api/upload/file", data=form) as answer:
        assert answer.status == 200
        return str((await answer.json())["url"])
