"""A real database file for a test, and jobs to put into it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from storage import (
    Account,
    ClipOptions,
    Database,
    Deed,
    FirstFrameImage,
    Job,
    JobState,
    JobStore,
    Layer,
    Ledger,
    Limit,
    LimitStore,
    NewJob,
    Period,
    Rule,
    ServerStore,
    Standings,
)

GUILD, CHANNEL, MEMBER, MODERATOR = 10, 20, 30, 40
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ACCOUNT = Account(GUILD, MEMBER, home_channel_id=CHANNEL)
BY_MODERATOR = Deed(MODERATOR, "for the test")


@dataclass(frozen=True)
class Books:
    """The rooms of storage over one file."""

    database: Database
    standings: Standings
    ledger: Ledger
    jobs: JobStore
    limits: LimitStore
    servers: ServerStore

    async def left(self, now: datetime, account: Account = ACCOUNT) -> int | None:
        """What a member can spend at a moment."""
        return (await self.standings.of(account, now)).balance.left

    async def open_jobs(self, member_id: int | None = None) -> list[Job]:
        """All jobs, or a member's, that have not ended, oldest first."""
        unfinished = await self.jobs.unfinished()
        found = [job for job in unfinished if not job.state.final and member_id in (None, job.member_id)]
        return sorted(found, key=lambda job: (job.created_at, job.id))

    async def unsettled(self) -> list[Job]:
        """All jobs whose status message does not show their end yet."""
        return [job for job in await self.jobs.unfinished() if not job.status_settled]

    async def limit(
        self,
        layer: Layer,
        target_id: int,
        value: int | None,
        period: Period | None = Period.DAY,
        *,
        rule: Rule = Rule.CREDITS,
        guild_id: int = GUILD,
    ) -> None:
        """Set one limit; only credits take the period."""
        limit = Limit(layer, target_id, rule, value, period if rule is Rule.CREDITS else None)
        await self.limits.set(guild_id, [limit], BY_MODERATOR, NOON)

    async def finish(self, job: Job, at: datetime, message_id: int = 900) -> Job | None:
        """Carry a queued job through to its posted clip."""
        order = (JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING, JobState.READY, JobState.POSTING)
        for state, following in pairwise(order):
            await self.jobs.advance(job.id, state, following, at)
        return await self.jobs.advance(job.id, JobState.POSTING, JobState.DONE, at, clip_message_id=message_id)


@asynccontextmanager
async def books(folder: Path, per_day: int = 60, outside: int | None = None) -> AsyncIterator[Books]:
    """Open the file in this folder, as a start of the bot does."""
    database = await Database.open(folder / "firstframe.db")
    try:
        standings = Standings(database, per_day, outside)
        ledger = Ledger(database, standings)
        jobs = JobStore(database, ledger, standings)
        yield Books(database, standings, ledger, jobs, LimitStore(database), ServerStore(database))
    finally:
        await database.close()


def takes(news: Sequence[NewJob]) -> list[NewJob]:
    """The same orders as the takes of one."""
    first = news[0]
    return [
        replace(new, interaction_id=first.interaction_id, batch_id=f"batch-{first.id}", take=take)
        for take, new in enumerate(news, 1)
    ]


def new_batch(number: int, count: int = 3, *, price: int = 10, member_id: int = MEMBER) -> list[NewJob]:
    """An order of several takes: job<number> and on, of the batch "batch-job<number>"."""
    return takes([new_job(number + take, price=price, member_id=member_id) for take in range(count)])


def new_job(
    number: int,
    *,
    price: int = 10,
    member_id: int = MEMBER,
    at: datetime = NOON,
    guild_id: int = GUILD,
    channel_id: int = CHANNEL,
    home_channel_id: int = 0,
    role_ids: frozenset[int] = frozenset(),
) -> NewJob:
    """An order that is not stored yet; `number` makes its ids."""
    return NewJob(
        id=f"job{number}",
        interaction_id=1000 + number,
        guild_id=guild_id,
        channel_id=channel_id,
        member_id=member_id,
        provider="sinancode",
        kind="720P/5s",
        options=ClipOptions(duration_seconds=5, resolution="720P", seed=number, prompt="waves"),
        frame=FirstFrameImage("f" * 64, b"a jpeg"),
        soundtrack=None,
        notes=("flattened",),
        price=price,
        upload_limit_bytes=10 * 1024 * 1024,
        created_at=at,
        role_ids=role_ids,
        home_channel_id=home_channel_id,
    )
