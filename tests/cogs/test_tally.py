"""Many changes are few edits, and the last one is always made."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp

from cogs.clip.tally import Tally

LONG_SECONDS = 3600.0


def test_a_burst_is_one_edit_now_and_one_later_that_shows_the_end() -> None:
    async def shown() -> list[int]:
        tally, shown, count = Tally(0.02), list[int](), 0

        async def edit() -> None:
            shown.append(count)

        for count in range(1, 31):  # noqa: B007 - what is shown is what it is by then
            tally.show("a", edit)
            await asyncio.sleep(0)
        await _until(lambda: len(shown) == 2)
        await tally.close()
        return shown

    assert asyncio.run(shown()) == [1, 30]


def test_messages_do_not_wait_for_each_other() -> None:
    async def shown() -> set[str]:
        tally, shown = Tally(LONG_SECONDS), set[str]()

        def edit_of(key: str) -> Callable[[], Awaitable[None]]:
            async def edit() -> None:
                shown.add(key)

            return edit

        for key in ("a", "b", "c"):
            tally.show(key, edit_of(key))
        await _until(lambda: len(shown) == 3)
        await tally.close()
        return shown

    assert asyncio.run(shown()) == {"a", "b", "c"}


def test_an_edit_that_fails_is_tried_again() -> None:
    async def shown() -> int:
        tally, tries = Tally(0.001), 0

        async def edit() -> None:
            nonlocal tries
            tries += 1
            if tries < 3:
                raise aiohttp.ClientConnectionError

        tally.show("a", edit)
        await _until(lambda: tries == 3)
        await tally.close()
        return tries

    assert asyncio.run(shown()) == 3


def test_the_end_of_the_process_makes_the_last_edit() -> None:
    async def shown() -> list[int]:
        tally, shown = Tally(LONG_SECONDS), list[int]()

        def edit_of(number: int) -> Callable[[], Awaitable[None]]:
            async def edit() -> None:
                shown.append(number)

            return edit

        tally.show("a", edit_of(1))
        await _until(lambda: shown == [1])
        tally.show("a", edit_of(2))
        tally.show("a", edit_of(3))
        await tally.close()
        return shown

    assert asyncio.run(shown()) == [1, 3]


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it never came to that")
