"""Asks after tasks by aiohttp as often as the bot may, and does nothing else: `python -m bench.bare_looks ADDRESS`.

What it takes of the CPU no bot over that library can do without.
"""

import asyncio
import sys

import aiohttp

TURNS_A_SECOND = 5
LOOKS_A_TURN = 4
"""Together 20 a second, as the bot's poller has them: looks that go out together cost less."""


async def main(address: str) -> None:
    """Ask until the process is ended."""
    headers = {"Authorization": "Bearer sk-bench"}
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as service:
        await look(service, f"{address}/tasks/first")
        print("ready", flush=True)
        asked = 0
        while True:
            await asyncio.sleep(1 / TURNS_A_SECOND)
            turn = range(asked, asked + LOOKS_A_TURN)
            await asyncio.gather(*(look(service, f"{address}/tasks/{number:032x}") for number in turn))
            asked += LOOKS_A_TURN


async def look(service: aiohttp.ClientSession, url: str) -> None:
    async with service.get(url) as answer:
        answer.raise_for_status()
        await answer.json()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
