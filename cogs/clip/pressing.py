"""A press below a clip: which clip it is about, who presses, and in what time an answer is due."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import discord

from cogs.moderation.group import moderates
from cogs.people import place_of
from cogs.refusals import Refusal
from cogs.rooms import rooms_of
from cogs.words import buttons
from engine import Asking, Job, JobState

_QUICK_SECONDS = 2.0
"""What may be looked up before there is an answer: Discord waits three seconds, the way there and back included."""

_LOOKS = 10
_BETWEEN_LOOKS_SECONDS = 0.1

T = TypeVar("T")


async def clip_of(interaction: discord.Interaction, job_id: str) -> Job:
    """The job of a clip that is there; raises Refusal with a sentence."""
    job = await job_of(interaction, job_id)
    sentence = buttons.nothing_there(job)
    if job is None or sentence:
        raise Refusal(sentence)
    return job


async def job_of(interaction: discord.Interaction, job_id: str) -> Job | None:
    """The job of a message that is there: between the post and the record of it lies a moment, which is waited for."""
    engine = rooms_of(interaction).engine
    for _ in range(_LOOKS):
        job = await engine.job(job_id)
        if job is None or job.state is not JobState.POSTING:
            break
        await asyncio.sleep(_BETWEEN_LOOKS_SECONDS)
    return job


async def asking(interaction: discord.Interaction, job: Job) -> Asking:
    """Who presses, and where; what comes of a private clip is as private."""
    return Asking(**place_of(interaction, private=job.private), moderates=await moderates(interaction))


async def in_time(looking: Awaitable[T]) -> T:
    """What an answer depends on: whether others see it, or what is in a form. Raises Refusal where that takes long."""
    try:
        async with asyncio.timeout(_QUICK_SECONDS):
            return await looking
    except TimeoutError:
        raise Refusal(buttons.TOO_SLOW) from None
