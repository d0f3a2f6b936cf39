"""A worker: a named loop with an owner, work under way, a stop that waits for it, and a loud death."""

import asyncio
import logging
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from engine.clock import Clock

log = logging.getLogger(__name__)

FIRST_REST_SECONDS = 2.0
LONGEST_REST_SECONDS = 60.0


def rest_seconds(failures: int) -> float:
    """How long to rest after so many failures in a row: doubling, up to a minute."""
    doublings = min(max(failures - 1, 0), 10)
    return min(FIRST_REST_SECONDS * float(2**doublings), LONGEST_REST_SECONDS)


class Worker(ABC):
    """Runs `step` whenever it is woken or the seconds it asked for have passed.

    Any other exception than the database's out of `step` ends the loop and with it the bot: a loop that silently
    stopped would leave paid work lying.
    What a step starts for single jobs with `start` is kept by the job's id, so that no job is worked on twice.
    """

    name = "worker"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._wake = asyncio.Event()
        self._stopping = False
        self._under_way: dict[str, asyncio.Task[None]] = {}

    @abstractmethod
    async def step(self) -> float | None:
        """Do what is due; returns the seconds until the next step, None to wait until woken."""

    @property
    def stopping(self) -> bool:
        """Whether no further step is taken."""
        return self._stopping

    @property
    def under_way(self) -> int:
        """How many single jobs are being worked on."""
        return len(self._under_way)

    def busy_with(self, job_id: str) -> bool:
        """Whether this job is being worked on."""
        return job_id in self._under_way

    def busy(self) -> frozenset[str]:
        """The jobs that are being worked on. To be asked before the database is: what ends meanwhile reads as open."""
        return frozenset(self._under_way)

    async def quiet(self, key: str) -> None:
        """Wait until what is under way for this key has ended."""
        if task := self._under_way.get(key):
            await asyncio.wait([task])

    def wake(self) -> None:
        """Have the next step now."""
        self._wake.set()

    def start(self, job_id: str, work: Coroutine[Any, Any, None]) -> None:
        """Work on a job beside the loop; the loop is woken when that ends."""
        task = asyncio.create_task(work, name=f"{self.name} {job_id}")
        self._under_way[job_id] = task
        task.add_done_callback(lambda ended: self._ended(job_id, ended))

    async def run(self) -> None:
        """Step until stopped."""
        while not self._stopping:
            self._wake.clear()
            seconds = await self._step_or_rest()
            if not self._stopping:
                await self.clock.wait(self._wake, seconds)

    def halt(self) -> None:
        """Take no further step."""
        self._stopping = True
        self.wake()

    async def drain(self, grace_seconds: float) -> None:
        """Wait for the work under way, then cancel what is left: its state in the database resumes."""
        if not self._under_way:
            return
        _, left = await asyncio.wait(self._under_way.values(), timeout=grace_seconds)
        for task in left:
            log.warning("%s did not end in time: the next start sees to it", task.get_name())
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _step_or_rest(self) -> float | None:
        try:
            return await self.step()
        except sqlite3.OperationalError as error:  # a full disk or a lock passes, and must not end the bot
            log.error("%s: the database could not be used, trying again: %s", self.name, error)
            return FIRST_REST_SECONDS

    def _ended(self, job_id: str, task: asyncio.Task[None]) -> None:
        del self._under_way[job_id]
        if not task.cancelled() and (error := task.exception()):
            log.error("%s failed and will be tried again", task.get_name(), exc_info=error)
        self.wake()
