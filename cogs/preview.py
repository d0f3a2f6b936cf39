"""`/preview`: up to four cheap takes of the same picture and words, side by side, to choose from."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from cogs.animate import PRIVATE, SPOILER, Shots, model_choices, template_choices
from cogs.counter import Counter, Manner, serve
from cogs.people import account_of
from cogs.pictures import picture_of, sound_of
from cogs.rooms import Rooms
from engine import MOST_TAKES, Job, Wish
from engine.menu import MOST_SEED


class Preview(commands.Cog, name="Preview"):
    """Drafts, before a team pays for the final clip: `/animate` with the quality and the length chosen for it."""

    def __init__(self, counter: Counter, rooms: Rooms) -> None:
        self._counter = counter
        self._rooms = rooms
        app_commands.choices(model=model_choices(rooms.menu))(self.preview)

    @app_commands.command(description="Make cheap drafts of a clip, up to four side by side, and choose one")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(
        image="The first frame: a photo or drawing",
        prompt="What should happen in the video",
        takes="How many drafts to choose from; each one costs",
        audio="Whether the video has sound",
        negative_prompt="What should not be in the video",
        seed="The seed of the first take; the others have their own",
        shots="One continuous shot, or several (needs rewrite)",
        rewrite="Let the service's language model enrich the prompt",
        template="Name of a video effect, in place of the prompt",
        soundtrack="Your own sound for the video, 3 to 30 seconds",
        model="Another model than the newest",
        private=PRIVATE,
        spoiler=SPOILER,
    )
    async def preview(
        self,
        interaction: discord.Interaction,
        image: discord.Attachment,
        prompt: app_commands.Range[str, 1, 2000] | None = None,
        takes: app_commands.Range[int, 1, MOST_TAKES] = 1,
        audio: bool | None = None,
        negative_prompt: app_commands.Range[str, 1, 500] | None = None,
        seed: app_commands.Range[int, 0, MOST_SEED] | None = None,
        shots: Shots | None = None,
        rewrite: bool | None = None,
        template: app_commands.Range[str, 1, 100] | None = None,
        soundtrack: discord.Attachment | None = None,
        model: str | None = None,
        private: bool = False,
        spoiler: bool = False,
    ) -> None:
        """Order the takes in what is cheapest here."""
        wish = Wish(
            model=model,
            prompt=prompt,
            audio=audio,
            negative_prompt=negative_prompt,
            seed=seed,
            shots=shots,
            rewrite=rewrite,
            template=template,
            soundtrack=soundtrack is not None,
        )
        manner = Manner(private=private, spoiler=spoiler, takes=takes)

        async def order() -> Job:
            draft = await self._as_draft(interaction, wish)
            make = self._counter.ordering(interaction, draft, picture_of(image).fetch, sound_of(soundtrack), manner)
            return await make()

        await serve(interaction, self._rooms.engine, order, private=private)

    @preview.autocomplete("template")
    async def _templates(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest effects."""
        return template_choices(self._rooms.menu, interaction, typed)

    async def _as_draft(self, interaction: discord.Interaction, wish: Wish) -> Wish:
        account = account_of(interaction)
        rules = await self._rooms.servers.rules(account.guild_id, account.home_channel_id)
        setting = self._rooms.menu.cheapest(rules, wish.model)
        return replace(wish, resolution=setting.resolution, duration_seconds=setting.duration_seconds)
