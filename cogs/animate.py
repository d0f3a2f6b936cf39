"""`/animate`: an image and a few words become a clip in this channel."""

import secrets
from dataclasses import dataclass
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from cogs import words
from cogs.buttons import status_view
from cogs.refusals import check_place, fetch_image, sentence_for
from engine import ClipOptions, Engine, Job, Order

MOST_SEED = 2_147_483_647

Duration = Literal[5, 10, 15]
Resolution = Literal["720P", "1080P"]
Shots = Literal["single", "multi"]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a member says nothing."""

    duration: int = 5
    resolution: str = "1080P"
    audio: bool = True
    shots: str = "single"
    rewrite: bool = True
    watermark: bool = False


class Animate(commands.Cog):
    """The bot's main command."""

    def __init__(self, engine: Engine, defaults: Defaults) -> None:
        self._engine = engine
        self._defaults = defaults

    @app_commands.command(description="Turn a picture and a few words into a video in this channel")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        image="The first frame: a JPEG, PNG, WEBP or BMP with sides of 360 to 2000 pixels",
        prompt="What should happen in the video",
        duration="Length in seconds",
        resolution="Quality of the video",
        audio="Whether the video has sound",
        negative_prompt="What should not be in the video",
        seed="The same seed with the same picture and words gives a similar video",
        shots="One continuous shot, or several (needs rewrite)",
        rewrite="Let the service's language model enrich the prompt",
        template="Name of a video effect, in place of the prompt",
        watermark="Put “AI Generated” into the corner",
    )
    async def animate(
        self,
        interaction: discord.Interaction,
        image: discord.Attachment,
        prompt: app_commands.Range[str, 1, 2000] | None = None,
        duration: Duration | None = None,
        resolution: Resolution | None = None,
        audio: bool | None = None,
        negative_prompt: app_commands.Range[str, 1, 500] | None = None,
        seed: app_commands.Range[int, 0, MOST_SEED] | None = None,
        shots: Shots | None = None,
        rewrite: bool | None = None,
        template: app_commands.Range[str, 1, 100] | None = None,
        watermark: bool | None = None,
    ) -> None:
        """Defer, take the order, answer with its status."""
        await interaction.response.defer()
        default = self._defaults
        options = ClipOptions(
            duration_seconds=duration or default.duration,
            resolution=resolution or default.resolution,
            seed=secrets.randbelow(MOST_SEED + 1) if seed is None else seed,
            audio=default.audio if audio is None else audio,
            shots=shots or default.shots,
            rewrite=default.rewrite if rewrite is None else rewrite,
            watermark=default.watermark if watermark is None else watermark,
            prompt=prompt,
            negative_prompt=negative_prompt,
            template=template,
        )
        try:
            job = await self._order(interaction, image, options)
        except Exception as error:
            sentence = sentence_for(error)
            if sentence is None:
                raise
            await refuse(interaction, sentence)
        else:
            await self._answer(interaction, job)

    async def _order(self, interaction: discord.Interaction, image: discord.Attachment, options: ClipOptions) -> Job:
        check_place(interaction)
        guild = interaction.guild
        return await self._engine.request(
            Order(
                interaction_id=interaction.id,
                guild_id=interaction.guild_id or 0,
                channel_id=interaction.channel_id or 0,
                member_id=interaction.user.id,
                image=await fetch_image(image),
                options=options,
                # The guild's limit: the interaction's may include the member's own subscription,
                # which does not count for what the bot posts.
                upload_limit_bytes=guild.filesize_limit if guild else interaction.filesize_limit,
            )
        )

    async def _answer(self, interaction: discord.Interaction, job: Job) -> None:
        text = words.status(job, await self._engine.status(job))
        none = discord.AllowedMentions.none()
        message = await interaction.edit_original_response(content=text, view=status_view(job), allowed_mentions=none)
        await self._engine.show_in(job, message.id)


async def refuse(interaction: discord.Interaction, sentence: str) -> None:
    """Tell the member alone why not, in place of a public answer that was deferred."""
    # The first message after a deferral takes over its visibility, so the deferral is settled first.
    await interaction.edit_original_response(content=words.LOOKING)
    await interaction.followup.send(sentence, ephemeral=True)
    await interaction.delete_original_response()
