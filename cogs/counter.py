"""The counter: where every way to ask for a clip becomes one order, and its answer the status message."""

import logging
import sqlite3

import aiohttp
import discord

from cogs.buttons import status_view
from cogs.people import home_channel_of, is_age_restricted, role_ids_of
from cogs.refusals import check_place, sentence_for
from cogs.telling import refuse
from cogs.words import clips
from engine import Engine, Job, Order, Source, Wish

log = logging.getLogger(__name__)


class Counter:
    """Takes orders out of interactions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def take(
        self, interaction: discord.Interaction, wish: Wish, image: Source, sound: Source | None = None
    ) -> None:
        """Defer, then check, charge and answer, or say why not."""
        await interaction.response.defer(thinking=True)  # said for forms, whose deferral would be none otherwise
        try:
            job = await self._order(interaction, wish, image, sound)
        except Exception as error:  # what has no sentence goes on to the tree's handler
            sentence = sentence_for(error)
            if sentence is None:
                raise
            await refuse(interaction, sentence)
        else:
            await self._answer(interaction, job)

    async def _order(self, interaction: discord.Interaction, wish: Wish, image: Source, sound: Source | None) -> Job:
        check_place(interaction)
        guild = interaction.guild
        return await self._engine.request(
            Order(
                interaction_id=interaction.id,
                guild_id=interaction.guild_id or 0,
                channel_id=interaction.channel_id or 0,
                member_id=interaction.user.id,
                role_ids=role_ids_of(interaction.user),
                home_channel_id=home_channel_of(interaction),
                age_restricted=is_age_restricted(interaction),
                wish=wish,
                image=image,
                sound=sound,
                # The guild's limit: the interaction's may include the member's own subscription,
                # which does not count for what the bot posts.
                upload_limit_bytes=guild.filesize_limit if guild else interaction.filesize_limit,
            )
        )

    async def _answer(self, interaction: discord.Interaction, job: Job) -> None:
        try:
            status = await self._engine.status(job)
            message = await interaction.edit_original_response(
                content=clips.status(job, status),
                view=status_view(job, status),
                allowed_mentions=discord.AllowedMentions.none(),
            )
            await self._engine.show_in(job, message.id)
        except (discord.HTTPException, aiohttp.ClientError, OSError, sqlite3.Error) as error:
            # The order is taken: saying otherwise would have it asked for again. The status board shows it.
            log.warning("job %s: its first status could not be shown: %s", job.id, type(error).__name__)
