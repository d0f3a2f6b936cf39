"""What a finished clip costs on its way, in counts that do not depend on the machine: requests, turns in threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.presses import film
from tests.acceptance.street import sandbox
from tests.client.service import Service, client_of, says

MEGABYTE = 1_000_000


class CountedThreads(ThreadPoolExecutor):
    """Threads that count how often they are asked."""

    turns = 0

    def submit(self, work: Callable[..., Any], /, *values: Any, **named: Any) -> Future[Any]:
        self.turns += 1
        return super().submit(work, *values, **named)


@pytest.mark.parametrize(("megabytes", "turns"), [(1, 1), (9, 9), (25, 24)])
def test_a_result_is_written_in_few_turns(tmp_path: Path, megabytes: int, turns: int) -> None:
    async def counted() -> int:
        async with Service(says(200, bytes(megabytes * MEGABYTE), {"Content-Type": "video/mp4"})) as service:
            client = client_of(service.url)
            threads = CountedThreads()
            asyncio.get_running_loop().set_default_executor(threads)
            try:
                await client.download(f"{service.url}/results/1.mp4", tmp_path / "clip.mp4", 30 * MEGABYTE)
                return threads.turns
            finally:
                await client.aclose()

    # One more may be for the name of the host.
    assert asyncio.run(counted()) <= turns + 1
    assert (tmp_path / "clip.mp4").stat().st_size == megabytes * MEGABYTE


def test_between_noticed_and_posted_there_are_two_requests(tmp_path: Path) -> None:
    with sandbox(tmp_path) as opened:
        street = opened.street
        street.reset()
        street.wan(one_clip=True)
        street.animate(prompt="two requests")
        film(street, "two requests")
        seen = street.get("/sandbox/wire", since=0)["exchanges"]
    asked = [(one["service"], one["method"], one["path"]) for one in seen if one["kind"] == "response"]
    fetched = next(place for place, (_, _, path) in enumerate(asked) if path.startswith("/results/"))
    before, after = asked[fetched - 1], asked[fetched + 1]
    assert (before[0], before[1]) == ("wan", "GET")
    assert before[2].startswith("/v1/tasks/")
    assert (after[0], after[1]) == ("discord", "POST")
    assert after[2].endswith("/messages")
    assert sum(path.startswith("/results/") for _, _, path in asked) == 1
    assert sum(method == "POST" for service, method, _ in asked if service == "wan") == 1
