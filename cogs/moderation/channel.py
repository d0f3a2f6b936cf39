"""`/channel`: where clips may be made, how large, and what they are like where members say nothing."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from cogs.animate import template_choices
from cogs.moderation.group import ModeratorGroup
from cogs.people import deed_of, home_channel_of
from cogs.refusals import Refusal
from cogs.rooms import Rooms
from cogs.words import channels
from cogs.words.settings import SETTINGS
from engine import SERVER_WIDE, ChannelRules, UnknownModel
from engine.menu import MOST_SEED

_MOST_CHOICES = 25
_MOST_CHARACTERS = 100

Shots = Literal["single", "multi"]
Preset = Literal["preview"]

_OPTIONS = {
    "allowed": "Whether clips may be made here at all",
    "largest_resolution": "The best quality that may be asked for",
    "longest_duration": "The longest clip that may be asked for",
    "models": "The models that may be used, with commas between them",
    "spoilers": "Whether clips are posted as spoilers",
    "age_restricted_only": "Whether clips need the channel to be age-restricted",
    "preset": "preview: up to 720P and 5 s, for drafts",
    "default_model": "The model where a member names none",
    "default_duration": "The length where a member names none",
    "default_resolution": "The quality where a member names none",
    "default_audio": "Whether clips have sound where a member does not say",
    "default_negative_prompt": "What should not be in clips where a member does not say",
    "default_seed": "The seed where a member names none",
    "default_shots": "One continuous shot, or several",
    "default_rewrite": "Whether the service's language model enriches prompts",
    "default_template": "The video effect where a member names none",
    "default_watermark": "Whether “AI Generated” is put into the corner",
}
_WHERE = {
    "channel": "Which channel; leave it out for this one",
    "whole_server": "Every channel that has no rules of its own",
}
_NAMES = {
    "largest_resolution": "most_resolution",
    "longest_duration": "most_seconds",
    "spoilers": "spoiler",
    "age_restricted_only": "age_restricted",
    "default_duration": "duration_seconds",
}
_CHOICES = [app_commands.Choice(name=SETTINGS[name], value=name) for name in ChannelRules.__dataclass_fields__]


class PlaceTransformer(app_commands.Transformer):
    """A channel in which clips can be posted; those of a forum are the posts in it."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord offers a list of."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds in that list."""
        kinds = discord.ChannelType
        return [kinds.text, kinds.news, kinds.voice, kinds.stage_voice, kinds.forum]

    async def transform(self, interaction: discord.Interaction, value: Any, /) -> app_commands.AppCommandChannel:  # noqa: ARG002 - discord.py passes it
        """The channel as the command brings it: it need not be in the cache."""
        channel: app_commands.AppCommandChannel = value
        return channel


Place = app_commands.Transform[app_commands.AppCommandChannel, PlaceTransformer]


class ChannelCog(commands.Cog, name="Channel"):
    """Rules for channels; all replies are for moderators' eyes only."""

    channel = ModeratorGroup("channel", "Decide where clips may be made, and what they are like there")

    def __init__(self, rooms: Rooms) -> None:
        self._servers = rooms.servers
        self._menu = menu = rooms.menu
        resolutions = [app_commands.Choice(name=tier, value=tier) for tier in menu.resolutions]
        durations = [app_commands.Choice(name=f"{seconds} s", value=seconds) for seconds in menu.durations]
        models = [app_commands.Choice(name=model.name, value=model.name) for model in menu.models]
        choices: dict[str, list[app_commands.Choice[Any]]] = {
            "largest_resolution": resolutions,
            "default_resolution": resolutions,
            "longest_duration": durations,
            "default_duration": durations,
            "default_model": models,
        }
        app_commands.choices(**choices)(self.channel_set)

    @channel.command(name="show", description="Show the rules of a channel, and where each was set")
    @app_commands.describe(**_WHERE)
    async def channel_show(
        self, interaction: discord.Interaction, channel: Place | None = None, whole_server: bool = False
    ) -> None:
        """Show what holds in a channel."""
        await interaction.response.defer(ephemeral=True)
        target = _target(interaction, channel, whole_server=whole_server)
        every = await self._servers.all_rules(interaction.guild_id or 0)
        await interaction.edit_original_response(content=channels.shown(target, every, SERVER_WIDE))

    @channel.command(name="set", description="Set rules of a channel; what you leave out stays as it is")
    @app_commands.describe(**_OPTIONS, **_WHERE)
    async def channel_set(
        self,
        interaction: discord.Interaction,
        allowed: bool | None = None,
        largest_resolution: str | None = None,
        longest_duration: int | None = None,
        models: app_commands.Range[str, 1, 400] | None = None,
        spoilers: bool | None = None,
        age_restricted_only: bool | None = None,
        preset: Preset | None = None,
        default_model: str | None = None,
        default_duration: int | None = None,
        default_resolution: str | None = None,
        default_audio: bool | None = None,
        default_negative_prompt: app_commands.Range[str, 1, 500] | None = None,
        default_seed: app_commands.Range[int, 0, MOST_SEED] | None = None,
        default_shots: Shots | None = None,
        default_rewrite: bool | None = None,
        default_template: app_commands.Range[str, 1, 100] | None = None,
        default_watermark: bool | None = None,
        channel: Place | None = None,
        whole_server: bool = False,
    ) -> None:
        """Change what was named and say from what to what."""
        said = {name: value for name, value in locals().items() if name in _OPTIONS and value is not None}
        await interaction.response.defer(ephemeral=True)
        target = _target(interaction, channel, whole_server=whole_server)
        if not said:
            raise Refusal(channels.NOTHING_SAID)
        if models:
            said["models"] = self._named(models)
        changes = {_NAMES.get(name, name.removeprefix("default_")): value for name, value in said.items()}
        deed = deed_of(interaction)
        change = await self._servers.set_channel(interaction.guild_id or 0, target, changes, deed)
        await interaction.edit_original_response(content=channels.changed(target, change, SERVER_WIDE))

    @channel.command(name="clear", description="Take rules of a channel away: one, or all of them")
    @app_commands.describe(setting="Which one; leave it out for all", **_WHERE)
    @app_commands.choices(setting=_CHOICES)
    async def channel_clear(
        self,
        interaction: discord.Interaction,
        setting: str | None = None,
        channel: Place | None = None,
        whole_server: bool = False,
    ) -> None:
        """Unset rules and say what they were."""
        await interaction.response.defer(ephemeral=True)
        target = _target(interaction, channel, whole_server=whole_server)
        deed = deed_of(interaction)
        names = (setting,) if setting else None
        change = await self._servers.clear_channel(interaction.guild_id or 0, target, names, deed)
        await interaction.edit_original_response(content=channels.changed(target, change, SERVER_WIDE))

    @channel_set.autocomplete("models")
    async def _models(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py passes it
        """The models that fit what is typed after the last comma, behind those before it."""
        before, _, last = typed.rpartition(",")
        chosen = [name.strip() for name in before.split(",") if name.strip()]
        others = [model.name for model in self._menu.models if model.name not in chosen]
        lists = [", ".join([*chosen, name]) for name in others if last.strip().lower() in name.lower()]
        fitting = [text for text in lists if len(text) <= _MOST_CHARACTERS]
        return [app_commands.Choice(name=text, value=text) for text in fitting[:_MOST_CHOICES]]

    @channel_set.autocomplete("default_template")
    async def _templates(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest effects."""
        return template_choices(self._menu, interaction, typed, model_option="default_model")

    def _named(self, models: str) -> tuple[str, ...]:
        """The models of a list, each known to the provider; raises Refusal."""
        names = dict.fromkeys(name.strip() for name in models.split(",") if name.strip())
        if not names:  # an empty list would hide that of the whole server, and allow all
            raise Refusal(channels.NO_MODEL)
        try:
            return tuple(self._menu.model(name).name for name in names)
        except UnknownModel as error:
            raise Refusal(channels.unknown_model(error.asked, error.known)) from None


def _target(interaction: discord.Interaction, channel: Place | None, *, whole_server: bool) -> int:
    """The channel that is meant, or the whole server; a thread's rules are its channel's."""
    if channel and whole_server:
        raise Refusal(channels.EITHER_OR)
    if whole_server:
        return SERVER_WIDE
    return channel.id if channel else home_channel_of(interaction)
