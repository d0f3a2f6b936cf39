"""The counter: where every way to ask for a clip becomes one order, and its answer the status message."""

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import discord

from cogs.buttons import status_view
from cogs.people import in_direct_messages, place_of, server_of
from cogs.refusals import check_place, sentence_for
from cogs.telling import refuse
from cogs.words import clips
from engine import Engine, Job, Order, Source, Wish

log = logging.getLogger(__name__)

Ordering = Callable[[], Awaitable[Job]]
"""Makes an order, once the interaction is acknowledged."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a clip is asked for, besides what it is to be."""

    private: bool = False
    spoiler: bool = False
    takes: int = 1


class Counter:
    """Takes orders out of interactions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def take(
        self,
        interaction: discord.Interaction,
        wish: Wish,
        image: Source,
        sound: Source | None = None,
        *,
        manner: Manner | None = None,
    ) -> None:
        """Defer, then check, charge and answer, or say why not."""
        how = manner or Manner()
        ordering = self.ordering(interaction, wish, image, sound, how)
        await serve(interaction, self.engine, ordering, private=how.private)

    def ordering(
        self, interaction: discord.Interaction, wish: Wish, image: Source, sound: Source | None, manner: Manner
    ) -> Ordering:
        """What makes this order."""

        async def order() -> Job:
            check_place(interaction, private=manner.private)
            place = place_of(interaction, private=manner.private)
            return await self.engine.request(
                Order(**place, wish=wish, image=image, sound=sound, spoiler=manner.spoiler, takes=manner.takes)
            )

        return order


async def serve(interaction: discord.Interaction, engine: Engine, ordering: Ordering, *, private: bool = False) -> None:
    """Defer, order, and answer with the status message, which all may see unless it is `private`; or say why not."""
    # In direct messages an answer that passes would only be harder to find again.
    alone = private and not in_direct_messages(interaction)
    # Thinking is said for forms and buttons, whose deferral would be none otherwise.
    await interaction.response.defer(ephemeral=alone, thinking=True)
    try:
        job = await ordering()
    except Exception as error:  # what has no sentence goes on to the tree's handler
        sentence = sentence_for(error, outside=not server_of(interaction))
        if sentence is None:
            raise
        await refuse(interaction, sentence, private=alone)
    else:
        await _answer(interaction, engine, job)


async def _answer(interaction: discord.Interaction, engine: Engine, job: Job) -> None:
    try:
        status = await engine.status(job)
        message = await interaction.edit_original_response(
            content=clips.status(job, status),
            view=status_view(job, status),
            allowed_mentions=discord.AllowedMentions.none(),
        )
        await engine.show_in(job, message.id)
    except Exception as error:  # a garbled answer makes discord.py stumble over its shape
        # The order is taken: saying otherwise would have it asked for again. The status board shows it.
        expected = isinstance(error, discord.HTTPException | aiohttp.ClientError | OSError | sqlite3.Error)
        name = type(error).__name__
        log.warning("job %s: its first status could not be shown: %s", job.id, name, exc_info=not expected)
