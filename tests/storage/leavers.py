"""A member with traces in every table, and everything that a curious person finds in the file."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from storage import (
    Account,
    Action,
    BlockStore,
    ClipOptions,
    Deed,
    Failure,
    FirstFrameImage,
    JobState,
    Layer,
    NewJob,
    Route,
    SoundtrackFile,
)
from tests.storage.books import CHANNEL, GUILD, MEMBER, MODERATOR, NOON, Books, new_job, takes

LEAVER = 777000111222333444
DIRECT_CHANNEL = 888000111222333444
POSTED_CHANNEL = 999000111222333444
"""Where a clip of a server was sent directly."""
BATCH = "batch-job31"
LEAVING = Account(GUILD, LEAVER, home_channel_id=CHANNEL)
OWN_WORDS = (
    "a secret wish",
    "a secret aversion",
    "secretly",
    "secret jpeg",
    "secret sound",
    "secret.example",
    "secret-task",
    "secret-token",
)


def own_job(number: int, at: datetime = NOON, *, guild_id: int = GUILD, price: int = 10) -> NewJob:
    """An order of the leaver with all that can be personal in it."""
    channel_id = CHANNEL if guild_id else DIRECT_CHANNEL
    job = new_job(number, member_id=LEAVER, at=at, guild_id=guild_id, channel_id=channel_id, price=price)
    options = ClipOptions(
        duration_seconds=5,
        resolution="720P",
        seed=987654321,
        prompt=f"a secret wish {number} " + "of many words " * 40,
        negative_prompt="a secret aversion",
        template="secretly chosen",
    )
    frame = FirstFrameImage(f"secret-frame-{number}", b"secret jpeg " * 900)
    sound = SoundtrackFile(f"secret-sound-{number}", b"secret sound " * 900, "audio/mpeg")
    job = replace(job, token="secret-token", token_until=at + timedelta(minutes=15), parent_id="job0")
    return replace(job, options=options, frame=frame, soundtrack=sound, notes=("secretly flattened",))


async def done(kept: Books, order: NewJob, message_id: int = 900) -> None:
    """Accept an order and post its clip."""
    job = await kept.jobs.accept(order)
    facts = {"task_id": f"secret-task-{job.id}", "result_url": "https://secret.example/clip.mp4", "took_seconds": 60.0}
    await kept.jobs.set_status_message(job.id, message_id + 5000)
    await kept.jobs.advance(job.id, JobState.QUEUED, JobState.READY, order.created_at, **facts)
    at = order.created_at + timedelta(minutes=1)
    await kept.jobs.advance(job.id, JobState.READY, JobState.DONE, at, clip_message_id=message_id)


async def leave_traces(kept: Books, at: datetime = NOON) -> None:
    """Put the leaver into every table that can hold a person."""
    for number in range(1, 4):
        await done(kept, own_job(number, at), 900 + number)
    await done(kept, own_job(4, at, guild_id=0), 950)
    await kept.jobs.accept(own_job(5, at))
    await kept.jobs.end("job5", (JobState.QUEUED,), Failure.MODERATION, at, detail="secretly refused", actor_id=0)
    await kept.jobs.accept(own_job(6, at))
    await kept.jobs.end("job6", (JobState.QUEUED,), Failure.CANCELLED, at, actor_id=LEAVER)
    by_self, by_moderator = Deed(LEAVER), Deed(MODERATOR, "secretly rude", 5001)
    await kept.jobs.remove("job1", refund=False, deed=by_self, now=at, action=Action.CLIP_DELETED)
    await kept.jobs.remove("job2", refund=True, deed=by_moderator, now=at, action=Action.CLIP_REMOVED)
    for job_id in ("job1", "job2"):
        await kept.jobs.clip_gone(job_id)
    await kept.ledger.grant(LEAVING, 40, Deed(MODERATOR, "secretly liked", 5002), at)
    await kept.ledger.take(LEAVING, 5, Deed(MODERATOR, "secretly disliked", 5003), at)
    await kept.limit(Layer.MEMBER, LEAVER, 500)
    blocks = BlockStore(kept.database)
    await blocks.block(GUILD, LEAVER, at + timedelta(hours=1), by_moderator, at)
    await blocks.lift(GUILD, LEAVER, Deed(MODERATOR, "secretly sorry"), at)
    await blocks.strike(GUILD, LEAVER, 5004, at + timedelta(minutes=2))
    await leave_traces_in_batches(kept, at)


async def post(kept: Books, ids: Sequence[str], message_id: int, channel_id: int, at: datetime) -> None:
    """Post takes that wait for a slot as one message."""
    for job_id in ids:
        job = await kept.jobs.advance(job_id, JobState.QUEUED, JobState.READY, at)
        await kept.jobs.intend_batch((job and job.batch_id) or "", [job_id], Route.DIRECT, at)
    await kept.jobs.done_batch(ids, message_id, channel_id, at)


async def leave_traces_in_batches(kept: Books, at: datetime = NOON) -> None:
    """Two takes of the leaver's, with votes of both, one of them shared; two of somebody else's with the leaver's."""
    own = takes([own_job(31, at, price=1), own_job(32, at, price=1)])
    theirs = takes([new_job(41, at=at, price=1), new_job(42, at=at, price=1)])
    for number, (news, channel_id) in enumerate(((own, POSTED_CHANNEL), (theirs, CHANNEL))):
        jobs = await kept.jobs.accept_batch(news)
        await post(kept, [job.id for job in jobs], 961 + number, channel_id, at)
        for voter in (LEAVER, MEMBER):
            await kept.jobs.vote(jobs[0].batch_id or "", voter, jobs[0].id, at)
    for job_id in ("job31", "job41"):
        await kept.jobs.share(job_id, LEAVER, CHANNEL + 5, at)
        await kept.jobs.shared(job_id, 970)


async def votes_of(kept: Books, batch_id: str) -> list[int]:
    """How many votes each take has."""
    return list((await kept.jobs.votes(batch_id)).values())


def tables(folder: Path) -> str:
    """Every row of every table as text."""
    connection = sqlite3.connect(folder / "firstframe.db")
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = (row for name in names for row in connection.execute(f"SELECT '{name}', * FROM {name}"))  # noqa: S608 - names of our tables
        return "\n".join(map(repr, rows))
    finally:
        connection.close()


def found_in_files(folder: Path, text: str | int) -> list[str]:
    """Which files still have a text, or an id as SQLite stores it, anywhere: also between the rows and in the log."""
    wanted = text.to_bytes(8, "big") if isinstance(text, int) else text.encode()
    return [path.name for path in folder.iterdir() if wanted in path.read_bytes()]
