"""How long a command waits for its acknowledgement, one at a time."""

import asyncio
import json
from pathlib import Path

import aiohttp

from bench.figures import Bound, Figure, Goal, percentile
from bench.pair import BenchError, Pair, Side, furnished
from sandbox.discord.world import CLIPS, MEMBER
from sandbox.smoke import draw_photo

WARM_UP, COUNT = 10, 200
WAIT_SECONDS = 3
# Longer than nearly every acknowledgement takes, so that asking for it does not disturb it.
LEAVE_ALONE_SECONDS = 0.015
LOOKS = 1000
# Nothing on the wire for so long, after the answer is there: the bot has finished with the command.
QUIET_SECONDS = 0.04
BESIDE = "empty discord.py command"
GOAL = Goal(Bound.TIMES, 2)


async def measure(folder: Path) -> list[Figure]:
    """In sandboxes that saw one start only: each session that a bot leaves behind costs the stand-in time."""
    async with furnished(folder) as pair:
        return await _measured(pair)


async def _measured(pair: Pair) -> list[Figure]:
    """Send /animate with a photo to the one and /empty to the other, by turns.

    Measured at the stand-in, from the moment the interaction is made to the callback's arrival. The provider
    refuses every order, so that each is through with (deferred, checked, charged, stored, refused,
    refunded) before the next one comes; its status message is set right within the next seconds.
    """
    await pair.own.start()
    await pair.empty.start()
    refuse = {"service": "wan", "method": "POST", "times": None, "status": 400, "body": {"message": "not today"}}
    await pair.own.call("POST", "/sandbox/faults", json=refuse)
    photo = draw_photo()
    samples: dict[Side, list[float]] = {pair.own: [], pair.empty: []}
    for sides in pair.in_turn(WARM_UP + COUNT):
        for side in sides:
            await _until_quiet(side)
            form = _animate(photo) if side.is_own else _form("empty")
            samples[side].append(await _acknowledged_after_ms(side, form))
    own, empty = samples[pair.own][WARM_UP:], samples[pair.empty][WARM_UP:]
    name = "command → acknowledged, one at a time"
    return [
        Figure(f"{name}, p50", percentile(own, 50), "ms", BESIDE, percentile(empty, 50)),
        Figure(f"{name}, p99 of {COUNT}", percentile(own, 99), "ms", BESIDE, percentile(empty, 99), GOAL),
    ]


async def _acknowledged_after_ms(side: Side, form: aiohttp.FormData) -> float:
    interaction = (await side.call("POST", "/sandbox/commands", data=form))["interaction_id"]
    await asyncio.sleep(LEAVE_ALONE_SECONDS)
    path = f"/sandbox/interactions/{interaction}"
    after_ms = (await side.call("GET", f"{path}?wait_seconds={WAIT_SECONDS}"))["acknowledged_after_ms"]
    if after_ms is None:
        raise BenchError("A command was not acknowledged within 3 s.")
    if side.is_own:
        await _until_answered(side, path)
    return float(after_ms)


async def _until_answered(side: Side, path: str) -> None:
    for _ in range(LOOKS):
        if (await side.call("GET", path))["state"] == "answered":
            return
        await asyncio.sleep(LEAVE_ALONE_SECONDS)
    raise BenchError("A command was acknowledged, but never answered.")


async def _until_quiet(side: Side) -> None:
    seen, now = -1, await _wire_length(side)
    while seen != now:
        await asyncio.sleep(QUIET_SECONDS)
        seen, now = now, await _wire_length(side)


async def _wire_length(side: Side) -> int:
    # The number alone is wanted, so nothing is that new.
    return int((await side.call("GET", f"/sandbox/wire?since={10**9}"))["next"])


def _form(command: str, **options: str) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    payload = {"as": MEMBER, "channel": CLIPS, "command": command, "options": options}
    form.add_field("payload_json", json.dumps(payload))
    return form


def _animate(photo: bytes) -> aiohttp.FormData:
    form = _form("animate", prompt="the sun goes down slowly")
    form.add_field("image", photo, filename="evening.jpg", content_type="image/jpeg")
    return form
