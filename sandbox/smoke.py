"""One /animate from command to clip against the running bot, measured: `python -m sandbox.smoke`."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image, ImageDraw, ImageFilter

from media.clip import Clip, NotAClip, first_picture, likeness, probe
from sandbox.app import BOT_COMMAND, Sandbox
from sandbox.signals import cancelled_by
from sandbox.wan.render import clip_size

DURATION_SECONDS, RESOLUTION = 5, "720P"
SIZE = (1280, 960)
READY_SECONDS, DEADLINE_SECONDS = 15, 35
LOOK_SECONDS = 0.25
LEAST_LIKENESS = 0.85


class SmokeError(Exception):
    """The run did not end in the clip that was asked for; the text is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The clip as it came into the channel, `seconds` after the command."""

    path: Path
    seconds: float
    paid_tasks: int


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="firstframe-smoke-") as folder:
        try:
            line = asyncio.run(run(Path(folder)))
        except asyncio.CancelledError:
            sys.stderr.write("Smoke test failed: it was stopped\n")
            return 1
        except (SmokeError, NotAClip, OSError, aiohttp.ClientError) as error:
            sys.stderr.write(f"Smoke test failed: {error}\n")
            return 1
    sys.stdout.write(f"{line}, {time.monotonic() - started:.1f} s in all\n")
    return 0


async def run(data: Path, bot_command: Sequence[str] = BOT_COMMAND) -> str:
    """Run the whole way, or until a signal; one line with the figures. Raises SmokeError."""
    cancelled_by(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    sandbox = Sandbox(data, bot_command=bot_command)
    try:
        await sandbox.start()
        await sandbox.bot.start()
        if not await sandbox.bot.wait_ready(READY_SECONDS):
            raise SmokeError(f"the bot did not become ready, it says: {sandbox.bot.last_lines(1).strip() or 'nothing'}")
        photo = draw_photo()
        async with aiohttp.ClientSession(sandbox.url) as http:
            delivered = await _animate(http, photo, data / "smoke.mp4")
        return await asyncio.to_thread(_figures, delivered, photo)
    finally:
        await sandbox.close()


def draw_photo() -> bytes:
    """Draw an evening landscape as a JPEG, with the soft edges and slow gradients of a photo."""
    width, height = SIZE
    sky = Image.linear_gradient("L").resize(SIZE)
    image = Image.merge(
        "RGB", (sky.point(lambda v: 60 + v // 2), sky.point(lambda v: 70 + v // 4), Image.new("L", SIZE, 140))
    )
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.6, height * 0.2, width * 0.75, height * 0.4), fill=(255, 214, 140))
    for depth in range(3):
        ridge = [
            (x, height * (0.5 + 0.13 * depth) + (x * (7 + depth) // 5 % 240) / (2 + depth))
            for x in range(0, width + 1, 80)
        ]
        draw.polygon([(0, height), *ridge, (width, height)], fill=(70 - 18 * depth, 60 - 12 * depth, 95 - 20 * depth))
    image = Image.blend(image.filter(ImageFilter.GaussianBlur(2)), Image.effect_noise(SIZE, 40).convert("RGB"), 0.06)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


async def _animate(http: aiohttp.ClientSession, photo: bytes, to: Path) -> Delivered:
    await _call(http, "POST", "/sandbox/settings", json={"wan": {"pending_seconds": 0.2, "task_seconds": 1}})
    member, channel = await _place(http)
    form = aiohttp.FormData()
    options = {"prompt": "the sun goes down slowly", "duration": DURATION_SECONDS, "resolution": RESOLUTION, "seed": 7}
    form.add_field(
        "payload_json", json.dumps({"as": member, "channel": channel, "command": "animate", "options": options})
    )
    form.add_field("image", photo, filename="evening.jpg", content_type="image/jpeg")
    started = time.monotonic()
    await _call(http, "POST", "/sandbox/commands", data=form)
    attachment = await _clip_in(http, channel, member)
    seconds = time.monotonic() - started
    async with http.get(attachment["url"]) as answer:
        await asyncio.to_thread(to.write_bytes, await answer.read())
    tasks = await _call(http, "GET", "/sandbox/wan/tasks")
    return Delivered(to, seconds, len(tasks))


async def _place(http: aiohttp.ClientSession) -> tuple[str, str]:
    """The first member, and the first channel the bot may post in."""
    users = (await _call(http, "GET", "/sandbox/world"))["users"]
    member = next(user["id"] for user in users if not user["bot"] and not user["moderator"])
    world = await _call(http, "GET", f"/sandbox/world?as={member}")
    return member, next(place["id"] for place in world["channels"] if place["can_post"] and not place["dm"])


async def _clip_in(http: aiohttp.ClientSession, channel: str, member: str) -> dict[str, Any]:
    """Wait for a message with a video."""
    messages: list[dict[str, Any]] = []
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        messages = await _call(http, "GET", f"/sandbox/channels/{channel}/messages?as={member}")
        for attachment in (item for message in messages for item in message["attachments"]):
            if attachment["filename"].endswith(".mp4"):
                return dict(attachment)
        await asyncio.sleep(LOOK_SECONDS)
    said = messages[-1]["content"] if messages else "nothing"
    raise SmokeError(f"no clip came into the channel within {DEADLINE_SECONDS} s; the bot said last: {said}")


async def _call(http: aiohttp.ClientSession, method: str, path: str, **more: Any) -> Any:
    async with http.request(method, path, **more) as answer:
        body = await answer.json()
    if answer.status >= 400:
        raise SmokeError(f"{method} {path} was answered with {answer.status}: {body.get('error')}")
    return body


def _figures(delivered: Delivered, photo: bytes) -> str:
    clip = probe(delivered.path)
    alike = likeness(first_picture(delivered.path), Image.open(io.BytesIO(photo)))
    _check(clip, alike, delivered)
    return (
        f"clip in the channel {delivered.seconds:.1f} s after the command: {clip.seconds:.2f} s, "
        f"{clip.width}×{clip.height} ({RESOLUTION}), {clip.frames_per_second:g} frames/s, {clip.codec}, "
        f"{clip.size_bytes / 1e6:.2f} MB, first frame {alike:.2f} like the photo, {delivered.paid_tasks} paid task"
    )


def _check(clip: Clip, alike: float, delivered: Delivered) -> None:
    if abs(clip.seconds - DURATION_SECONDS) > 0.1:
        raise SmokeError(f"the clip lasts {clip.seconds:.2f} s instead of {DURATION_SECONDS} s")
    if (clip.width, clip.height) != clip_size(*SIZE, RESOLUTION):
        raise SmokeError(f"the clip has {clip.width}×{clip.height} pixels, which is not {RESOLUTION}")
    if alike < LEAST_LIKENESS:
        raise SmokeError(f"the first frame is only {alike:.2f} like the photo")
    if not clip.has_sound:
        raise SmokeError("the clip has no sound")
    if delivered.paid_tasks != 1:
        raise SmokeError(f"{delivered.paid_tasks} tasks were paid instead of 1")


if __name__ == "__main__":
    sys.exit(main())
