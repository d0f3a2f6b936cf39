"""Asking for a clip in a form: on any message with a picture, and for those who would rather not type options."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from cogs.counter import Counter
from cogs.people import home_channel_of
from cogs.pictures import Picture, picture_of, pictures_on
from cogs.refusals import Refusal
from cogs.rooms import Rooms
from cogs.telling import tell_error
from cogs.words import refusals
from engine import ChannelOff, ChannelRules, Menu, Wish

_MOST_PICTURES = 25
_FEWEST_IN_GROUP, _MOST_IN_GROUP = 2, 10  # Discord's bounds for a radio group

_OPEN_SECONDS = 30 * 60
"""A form that is left open longer is forgotten: discord.py keeps each until it is sent."""

Choice = ui.RadioGroup["AnimateForm"] | ui.Select["AnimateForm"]
_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
_INSTALLS = app_commands.AppInstallationType(guild=True, user=False)


class AnimateForm(ui.Modal, title="Make a clip"):
    """Prompt, length, quality and sound; with a file field, or a choice where a message has several pictures.

    What the channel's usual model leaves no choice of has no field.
    """

    def __init__(
        self, counter: Counter, menu: Menu, pictures: list[Picture], rules: ChannelRules | None = None
    ) -> None:
        super().__init__(timeout=_OPEN_SECONDS)
        self._counter = counter
        self._pictures = pictures[:_MOST_PICTURES]
        model, usual = menu.usual_model(rules), menu.settle(Wish(), rules)[0]
        self._file: ui.FileUpload[AnimateForm] = ui.FileUpload(max_values=1)
        self._which: ui.Select[AnimateForm] = ui.Select(options=_numbered(self._pictures))
        self._prompt: ui.TextInput[AnimateForm] = ui.TextInput(
            style=discord.TextStyle.paragraph, required=False, max_length=model.prompt_characters
        )
        self._length = _choice(
            {str(seconds): f"{seconds} seconds" for seconds in model.durations}, str(usual.duration_seconds)
        )
        self._quality = _choice({tier: tier for tier in model.resolutions}, usual.resolution)
        self._sound: ui.Checkbox[AnimateForm] | None = ui.Checkbox(default=usual.audio) if model.audio_flag else None
        self._furnish()

    def _furnish(self) -> None:
        if not self._pictures:
            self.add_item(ui.Label(text="Picture", description="The first frame of the clip", component=self._file))
        elif len(self._pictures) > 1:
            self.add_item(ui.Label(text="Which picture", component=self._which))
        self.add_item(ui.Label(text="What should happen", component=self._prompt))
        for text, component in (("Length", self._length), ("Quality", self._quality), ("With sound", self._sound)):
            if component is not None:
                self.add_item(ui.Label(text=text, component=component))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Hand what was filled in to the counter."""
        length, quality = _chosen(self._length), _chosen(self._quality)
        wish = Wish(
            prompt=self._prompt.value.strip() or None,
            duration_seconds=int(length) if length else None,
            resolution=quality,
            audio=self._sound.value if self._sound else None,
        )
        await self._counter.take(interaction, wish, self._picture().fetch)

    # discord.py calls a modal's without the item that a view's gets.
    async def on_error(self, interaction: discord.Interaction, error: Exception) -> None:  # type: ignore[override]
        """Tell the member in one sentence, and the log the rest."""
        await tell_error(interaction, error, "the form")

    def _picture(self) -> Picture:
        if not self._pictures:
            return picture_of(self._file.values[0])
        return self._pictures[int(self._which.values[0]) if self._which.values else 0]


class FormCog(commands.Cog, name="Form"):
    """`/animate-form` and the message command *Animate this image*."""

    def __init__(self, bot: commands.Bot, counter: Counter, rooms: Rooms) -> None:
        self._bot = bot
        self._counter = counter
        self._rooms = rooms
        self._on_message = app_commands.ContextMenu(
            name="Animate this image",
            callback=self._animate_message,
            allowed_contexts=_CONTEXTS,
            allowed_installs=_INSTALLS,
        )

    async def cog_load(self) -> None:
        """Add the message command, which a class cannot declare."""
        self._bot.tree.add_command(self._on_message)

    async def cog_unload(self) -> None:
        """Take it out again."""
        self._bot.tree.remove_command(self._on_message.name, type=self._on_message.type)

    @app_commands.command(name="animate-form", description="Make a clip with a form: picture, words, length, quality")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def animate_form(self, interaction: discord.Interaction) -> None:
        """Open the form with a file field."""
        await self._open(interaction, [])

    async def _animate_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Open the form for a picture that is on the message."""
        pictures = pictures_on(message, self._rooms.discord_url)
        if not pictures:
            raise Refusal(refusals.NO_PICTURE_THERE)
        await self._open(interaction, pictures)

    async def _open(self, interaction: discord.Interaction, pictures: list[Picture]) -> None:
        """Open the form with what this channel takes; who fills it in for nothing would be cross."""
        servers, guild_id = self._rooms.servers, interaction.guild_id or 0
        rules = await servers.rules(guild_id, home_channel_of(interaction))
        if rules.allowed is False:
            every = await servers.all_rules(guild_id)
            raise ChannelOff(tuple(channel_id for channel_id, own in every.items() if channel_id and own.allowed))
        await interaction.response.send_modal(AnimateForm(self._counter, self._rooms.menu, pictures, rules))


def _numbered(pictures: list[Picture]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=f"{number}: {picture.name}"[:100], value=str(number - 1), default=number == 1)
        for number, picture in enumerate(pictures, 1)
    ]


def _choice(labels: dict[str, str], usual: str) -> Choice | None:
    """A field to choose one of these values, with the usual one chosen; none where there is nothing to choose."""
    if len(labels) < _FEWEST_IN_GROUP:
        return None
    if len(labels) <= _MOST_IN_GROUP:
        return ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label=label, value=value, default=value == usual)
                for value, label in labels.items()
            ]
        )
    return ui.Select(
        options=[
            discord.SelectOption(label=label, value=value, default=value == usual) for value, label in labels.items()
        ]
    )


def _chosen(field: Choice | None) -> str | None:
    if isinstance(field, ui.RadioGroup):
        return field.value
    return field.values[0] if field else None
