"""`/animate`: an image and a few words become a clip in this channel."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from cogs.counter import Counter, Manner
from cogs.pictures import picture_of, sound_of
from cogs.text import plain
from engine import Menu, Wish
from engine.menu import MOST_SEED

PRIVATE = "Only you see the clip and how far it is"
SPOILER = "Hide the clip until somebody presses on it"

_MOST_CHOICES = 25

Shots = Literal["single", "multi"]


class Animate(commands.Cog):
    """The bot's main command, with the lengths, qualities and models that the provider has."""

    def __init__(self, counter: Counter, menu: Menu) -> None:
        self._counter = counter
        self._menu = menu
        choices: dict[str, list[app_commands.Choice[Any]]] = {
            "duration": [app_commands.Choice(name=f"{seconds} s", value=seconds) for seconds in menu.durations],
            "resolution": [app_commands.Choice(name=tier, value=tier) for tier in menu.resolutions],
            "model": model_choices(menu),
        }
        app_commands.choices(**choices)(self.animate)

    @app_commands.command(description="Turn a picture and a few words into a video in this channel")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(
        image="The first frame: a photo or drawing",
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
        soundtrack="Your own sound for the video, 3 to 30 seconds",
        model="Another model than the newest",
        private=PRIVATE,
        spoiler=SPOILER,
    )
    async def animate(
        self,
        interaction: discord.Interaction,
        image: discord.Attachment,
        prompt: app_commands.Range[str, 1, 2000] | None = None,
        duration: int | None = None,
        resolution: str | None = None,
        audio: bool | None = None,
        negative_prompt: app_commands.Range[str, 1, 500] | None = None,
        seed: app_commands.Range[int, 0, MOST_SEED] | None = None,
        shots: Shots | None = None,
        rewrite: bool | None = None,
        template: app_commands.Range[str, 1, 100] | None = None,
        watermark: bool | None = None,
        soundtrack: discord.Attachment | None = None,
        model: str | None = None,
        private: bool = False,
        spoiler: bool = False,
    ) -> None:
        """Hand what was said to the counter."""
        wish = Wish(
            model=model,
            prompt=prompt,
            duration_seconds=duration,
            resolution=resolution,
            audio=audio,
            negative_prompt=negative_prompt,
            seed=seed,
            shots=shots,
            rewrite=rewrite,
            template=template,
            watermark=watermark,
            soundtrack=soundtrack is not None,
        )
        manner = Manner(private=private, spoiler=spoiler)
        await self._counter.take(interaction, wish, picture_of(image).fetch, sound_of(soundtrack), manner=manner)

    @animate.autocomplete("template")
    async def _templates(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest effects."""
        return template_choices(self._menu, interaction, typed)


def template_choices(
    menu: Menu, interaction: discord.Interaction, typed: str, *, model_option: str = "model"
) -> list[app_commands.Choice[str]]:
    """The effects that are published for the chosen model and fit what is typed, which itself is always possible."""
    known = menu.templates(getattr(interaction.namespace, model_option, None))
    own_words = [typed] if plain(typed, 100) and typed not in known else []
    fitting = [name for name in known if typed.lower() in name][: _MOST_CHOICES - len(own_words)]
    return [app_commands.Choice(name=plain(name, 100), value=name[:100]) for name in [*fitting, *own_words]]


def model_choices(menu: Menu) -> list[app_commands.Choice[Any]]:
    """The provider's models."""
    return [app_commands.Choice(name=model.name, value=model.name) for model in menu.models]
