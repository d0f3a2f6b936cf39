"""The provider's own client, waiting for tasks as its users do: `python -m bench.waiting_client ADDRESS`.

For each number that comes in, it waits for so many more tasks, each in an asyncio task of its own.
"""

import asyncio
import logging
import sys

import dashscope
from dashscope.aigc.video_synthesis import AioVideoSynthesis


async def main(address: str) -> None:
    """Wait, once the client has made its session with a first look."""
    dashscope.base_http_api_url = address
    dashscope.api_key = "sk-bench"
    # Its own default; said once more because it prints each look otherwise.
    logging.getLogger("dashscope").setLevel(logging.ERROR)
    await AioVideoSynthesis.fetch("first")
    print("ready", flush=True)
    waits: list[asyncio.Task[object]] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        for _ in range(int(line)):
            waits.append(asyncio.create_task(AioVideoSynthesis.wait(f"{len(waits):032x}")))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
