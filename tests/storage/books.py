"""A real database file for a test, and jobs to put into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage import ClipOptions, Database, FirstFrameImage, JobStore, Ledger, NewJob
from storage.ledger import Account

GUILD, CHANNEL, MEMBER, MODERATOR = 10, 20, 30, 40
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ACCOUNT = Account(GUILD, MEMBER)


@dataclass(frozen=True)
class Books:
    """The rooms of storage over one file."""

    database: Database
    ledger: Ledger
    jobs: JobStore


@asynccontextmanager
async def books(folder: Path, per_day: int = 60) -> AsyncIterator[Books]:
    """Open the file in this folder, as a start of the bot does."""
    database = await Database.open(folder / "firstframe.db")
    try:
        ledger = Ledger(database, per_day)
        yield Books(database, ledger, JobStore(database, ledger))
    finally:
        await database.close()


def new_job(number: int, *, price: int = 10, member_id: int = MEMBER, at: datetime = NOON) -> NewJob:
    """An order that is not stored yet; `number` makes its ids."""
    return NewJob(
        id=f"job{number}",
        interaction_id=1000 + number,
        guild_id=GUILD,
        channel_id=CHANNEL,
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
    )
