"""Fetches clips with httpx and posts them with aiohttp, and nothing else: what a clip's way is held beside.

For each line on its input, a clip's address and the one to post it to, it prints the seconds that both took.
"""

import asyncio
import os
import sys
import time

import aiohttp
import httpx


async def main() -> None:
    """Carry until the input ends; connections are kept, as the bot keeps its own."""
    headers = {"Authorization": f"Bot {os.environ['BENCH_DISCORD_TOKEN']}"}
    async with httpx.AsyncClient() as provider, aiohttp.ClientSession(headers=headers) as discord:
        while line := await asyncio.to_thread(sys.stdin.readline):
            clip_url, post_url = line.split()
            started = time.perf_counter()
            await carry(provider, discord, clip_url, post_url)
            print(time.perf_counter() - started, flush=True)


async def carry(provider: httpx.AsyncClient, discord: aiohttp.ClientSession, clip_url: str, post_url: str) -> None:
    answer = await provider.get(clip_url)
    answer.raise_for_status()
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("payload_json", '{"content": "here it is"}')
    form.add_field("files[0]", answer.content, filename="clip.mp4", content_type="video/mp4")
    async with discord.post(post_url, data=form) as posted:
        posted.raise_for_status()
        await posted.read()


if __name__ == "__main__":
    asyncio.run(main())
