"""A clip of 2 GB, promised or sent: given up early, kept nowhere, refunded once, and never ordered again."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from client import SinanCode, TaskReport, TaskState
from engine import Failure, JobState, LedgerKind
from engine.fetching import MOST_RESULT_BYTES
from tests.acceptance.street import Opened, Street
from tests.engine.edges import ScriptedProvider, house, order
from tests.storage.books import GUILD, MEMBER

TWO_GIGABYTES = 2 * 1024**3
PIECE = bytes(1024 * 1024)
MEGABYTE = 1_000_000


@dataclass
class Flood:
    """A server of which every answer is a clip that does not end before 2 GB."""

    sent_bytes: int = 0
    answers: int = 0
    port: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.answers += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nConnection: close\r\n\r\n")
        try:
            while self.sent_bytes < TWO_GIGABYTES:
                writer.write(PIECE)
                self.sent_bytes += len(PIECE)
                await writer.drain()
        except ConnectionError:
            pass  # whoever has read enough hangs up
        finally:
            writer.close()


@dataclass
class Flooded(ScriptedProvider):
    """Fetches its results over the network, from the flood."""

    source: SinanCode | None = None

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        assert self.source
        return await self.source.download(url, to, max_bytes)


@asynccontextmanager
async def flood() -> AsyncIterator[Flood]:
    found = Flood()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


def test_a_clip_that_does_not_end_is_given_up_at_the_largest_size_and_takes_no_memory(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with flood() as source:
            base = f"http://127.0.0.1:{source.port}"
            provider = Flooded(source=SinanCode(base, "token"))
            async with house(tmp_path, provider) as at:
                job = await at.until_state(await at.engine.request(order()), JobState.RUNNING)
                provider.report = TaskReport(TaskState.SUCCEEDED, f"{base}/results/1.mp4")
                tracemalloc.start()
                while (row := await at.books.jobs.get(job.id)) and not row.state.final:
                    at.clock.advance(0.05)
                    await asyncio.sleep(0.01)  # half a gigabyte goes over the network meanwhile
                peak_bytes = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                assert (row and row.failure) is Failure.RESULT_LOST
                entries = await at.books.ledger.history(GUILD, MEMBER, before_id=None, limit=9)
                assert [entry.kind for entry in entries] == [LedgerKind.REFUND, LedgerKind.CHARGE]
            assert provider.source
            await provider.source.aclose()
            assert source.answers == len(provider.created) == 1
            assert MOST_RESULT_BYTES < source.sent_bytes < MOST_RESULT_BYTES + 32 * MEGABYTE
            assert peak_bytes < 16 * MEGABYTE
            assert list((tmp_path / "clips").iterdir()) == []

    asyncio.run(scenario())


def test_a_clip_that_is_said_to_have_2_gb_is_not_even_begun(street: Street, opened: Opened) -> None:
    before = street.credits_left()
    said = {"Content-Type": "video/mp4", "Content-Length": str(TWO_GIGABYTES)}
    fault = street.fault("wan", "GET", "/results/", times=None, status=200, headers=said)
    status = street.answer(street.animate(prompt="two gigabytes"))
    street.until(lambda: "could not be fetched" in street.text(status["id"]), "the refund")
    assert street.fault_hits(fault) == 1
    assert street.clips("two gigabytes") == []
    assert [task["times_created"] for task in street.tasks("two gigabytes")] == [1]
    assert street.credits_left() == before
    assert list((opened.data / "bot" / "clips").iterdir()) == []
