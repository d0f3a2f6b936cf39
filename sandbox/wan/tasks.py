"""The tasks at the Wan service: pending, processing, and how they end, in sandbox time."""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sandbox.clock import Clock
from sandbox.wan.pool import RenderPool
from sandbox.wan.render import Scene
from sandbox.wan.settings import WanSettings
from sandbox.wan.validation import MAX_SEED, Order

log = logging.getLogger(__name__)

STAND_IN = Scene("480P", 1, 0)
"""The clip of all tasks that are ordered with `one_clip`."""


class Status(StrEnum):
    """As SinanCode names them; only the other dialect can cancel."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a task ends."""

    status: Status
    error_code: str | None = None
    error_msg: str | None = None


@dataclass(slots=True)
class Task:
    """One accepted create and what became of it."""

    id: str
    order: Order
    seed: int
    submitted_at: datetime
    verdict: asyncio.Future[Verdict] = field(repr=False)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: Status = Status.PENDING
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error_code: str | None = None
    error_msg: str | None = None
    clip: Path | None = None
    queries: int = 0
    least_bytes: int | None = None
    stand_in: bool = False

    @property
    def ended(self) -> bool:
        return self.status in (Status.COMPLETED, Status.FAILED, Status.CANCELED)

    @property
    def scene(self) -> Scene:
        if self.stand_in:
            return STAND_IN
        order = self.order
        sound = None if order.soundtrack is None else order.soundtrack.data
        return Scene(
            order.resolution,
            order.duration,
            self.seed,
            order.audio,
            order.cuts,
            order.watermark,
            sound,
            self.least_bytes,
        )

    @property
    def effect_is_known(self) -> bool:
        """Whether the model knows the effect, if one is asked for; where it does not, the task fails."""
        return self.order.template is None or self.order.template in self.order.model.templates


class Tasks:
    """Every task of this run, oldest first, each with its own small life."""

    def __init__(self, clock: Clock, settings: WanSettings, pool: RenderPool, changed: Callable[[Task], None]) -> None:
        self._clock = clock
        self._settings = settings
        self._pool = pool
        self._tell = changed
        self._tasks: dict[str, Task] = {}
        self._created: Counter[str] = Counter()
        self._lives: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    def get(self, task_id: str) -> Task | None:
        return self._tasks.get(task_id)

    def times_created(self, task: Task) -> int:
        """How many accepted creates said the same as this one, image included."""
        return self._created[task.order.fingerprint]

    def create(self, order: Order) -> Task:
        seed = random.randint(0, MAX_SEED) if order.seed is None else order.seed
        verdict = asyncio.get_running_loop().create_future()
        task = Task(str(uuid.uuid4()), order, seed, self._clock.now(), verdict)
        task.least_bytes, task.stand_in = self._settings.result_bytes, self._settings.one_clip
        self._tasks[task.id] = task
        self._created[order.fingerprint] += 1
        self._tell(task)
        life = asyncio.create_task(self._live(task), name=f"wan task {task.id}")
        self._lives.add(life)
        life.add_done_callback(lambda ended: self._lived(task, ended))
        return task

    async def end(self, task: Task, verdict: Verdict) -> None:
        """Finish a task at will, and return when it is so. Raises ValueError where it has ended already."""
        if task.ended or task.verdict.done():
            raise ValueError(f"the task has ended already: {task.status}")
        task.verdict.set_result(verdict)
        while not task.ended:
            await self._moved_on()

    def look_again(self) -> None:
        """Have waiting tasks look again at the settings and at each other."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def close(self) -> None:
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    async def _live(self, task: Task) -> None:
        await self._unless_decided(task, self._clock.sleep(self._settings.pending_seconds))
        while not (task.verdict.done() or self._may_run(task)):
            await self._unless_decided(task, self._moved_on())
        if not task.verdict.done():
            task.started_at = self._clock.now()
            self._move(task, Status.PROCESSING)
            await self._work(task)
        await self._finish(task, await task.verdict)

    async def _work(self, task: Task) -> None:
        """Let the task's time go by while the clip is rendered; then decide by itself unless held."""
        if task.effect_is_known:
            self._pool.begin(_name(task), task.order.picture.data, task.scene)
        await self._unless_decided(task, self._clock.sleep(self._settings.task_seconds))
        while not task.verdict.done() and self._settings.hold:
            await self._unless_decided(task, self._moved_on())
        if not task.verdict.done():
            task.verdict.set_result(_own_verdict(task))

    async def _finish(self, task: Task, verdict: Verdict) -> None:
        if verdict.status is Status.COMPLETED:
            task.clip = await self._pool.clip(_name(task), task.order.picture.data, task.scene)
        task.error_code, task.error_msg = verdict.error_code, verdict.error_msg
        task.finished_at = self._clock.now()
        if verdict.status is not Status.CANCELED:
            task.started_at = task.started_at or task.finished_at
        self._move(task, verdict.status)

    def _lived(self, task: Task, ended: asyncio.Task[None]) -> None:
        self._lives.discard(ended)
        if not ended.cancelled() and ended.exception() is not None:
            log.error("the clip of task %s could not be made", task.id, exc_info=ended.exception())
            task.error_code, task.error_msg = "InternalError", "the clip could not be made"
            task.finished_at = self._clock.now()
            self._move(task, Status.FAILED)

    def _move(self, task: Task, status: Status) -> None:
        task.status = status
        self._tell(task)
        self.look_again()

    def _may_run(self, task: Task) -> bool:
        """Whether the account has a place left, and one for this model where that has its own limit."""
        running = [other.order.model for other in self if other.status is Status.PROCESSING]
        own = task.order.model.running_tasks
        return len(running) < self._settings.max_running and (own is None or running.count(task.order.model) < own)

    def _moved_on(self) -> Awaitable[object]:
        # Of this very moment: what moves before somebody begins to wait must not be missed.
        return self._moved.wait()

    async def _unless_decided(self, task: Task, waiting: Awaitable[Any]) -> None:
        """Wait, but no longer than until somebody has decided how the task ends."""
        wait = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait({wait, task.verdict}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wait.cancel()


def _name(task: Task) -> str:
    if task.stand_in:
        return "stand-in"
    size = "" if task.least_bytes is None else f"-{task.least_bytes}"
    return f"{task.order.fingerprint[:32]}-{task.seed}{size}"


def _own_verdict(task: Task) -> Verdict:
    if task.effect_is_known:
        return Verdict(Status.COMPLETED)
    return Verdict(Status.FAILED, "InvalidParameter", f"template {task.order.template} is not known to the model")
