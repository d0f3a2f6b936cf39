"""A video service on loopback whose tasks stay under way for ever: `python -m bench.running_tasks`.

It answers each look at once and does nothing else, so that what is measured is who asks. Its first line of output is
its address, and for each line of input it tells how many looks there were and at how many tasks.
"""

import asyncio
import json
import sys

_BODY = b'{"request_id": "0", "output": {"task_id": "%s", "task_status": "RUNNING"}}'
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Looks:
    """What was asked so far."""

    def __init__(self) -> None:
        self.count = 0
        self.tasks: set[bytes] = set()


class Service(asyncio.Protocol):
    """One connection. Nobody who looks at a task sends a body, so a request ends with its head."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._read = (self._read + data).split(b"\r\n\r\n")
        for request in requests:
            task = request.split(b" ", 2)[1].rpartition(b"/")[2]
            self._looks.count += 1
            self._looks.tasks.add(task)
            body = _BODY % task
            self._transport.write(_HEAD % len(body) + body)


async def main() -> None:
    looks = Looks()
    server = await asyncio.get_running_loop().create_server(lambda: Service(looks), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps({"looks": looks.count, "tasks": len(looks.tasks)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
