"""Asking for a clip in a form: on any message with a picture, and for those who would rather not type options."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from cogs.animate import PRIVATE, SPOILER
from cogs.clip_form import ClipForm
from cogs.counter import Counter, Manner
from cogs.people import account_of
from cogs.pictures import Picture, picture_of, pictures_on
from cogs.refusals import Refusal
from cogs.rooms import Rooms
from cogs.text import plain
from cogs.words import refusals
from engine import ChannelOff, ChannelRules, Menu, Wish

_MOST_PICTURES = 25

_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)


class AnimateForm(ClipForm, title="Make a clip"):
    """Prompt, length, quality and sound; with a file field, or a choice where a message has several pictures."""

    def __init__(
        self,
        counter: Counter,
        menu: Menu,
        pictures: list[Picture],
        rules: ChannelRules | None = None,
        manner: Manner | None = None,
    ) -> None:
        self._counter = counter
        self._manner = manner or Manner()
        self._pictures = pictures[:_MOST_PICTURES]
        self._file: ui.FileUpload[AnimateForm] = ui.FileUpload(max_values=1)
        self._which: ui.Select[AnimateForm] = ui.Select(options=_numbered(self._pictures))
        super().__init__(menu.usual_model(rules), menu.settle(Wish(), rules)[0])

    def before(self) -> None:
        """The picture comes first, where it is not known yet."""
        if not self._pictures:
            self.add_item(ui.Label(text="Picture", description="The first frame of the clip", component=self._file))
        elif len(self._pictures) > 1:
            self.add_item(ui.Label(text="Which picture", component=self._which))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Hand what was filled in to the counter."""
        await self._counter.take(interaction, self.wish(), self._picture().fetch, manner=self._manner)

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
    @app_commands.describe(private=PRIVATE, spoiler=SPOILER)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def animate_form(
        self, interaction: discord.Interaction, private: bool = False, spoiler: bool = False
    ) -> None:
        """Open the form with a file field."""
        await self._open(interaction, [], Manner(private=private, spoiler=spoiler))

    async def _animate_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Open the form for a picture that is on the message."""
        pictures = pictures_on(message, self._rooms.discord_url)
        if not pictures:
            raise Refusal(refusals.NO_PICTURE_THERE)
        await self._open(interaction, pictures, Manner())

    async def _open(self, interaction: discord.Interaction, pictures: list[Picture], manner: Manner) -> None:
        """Open the form with what this channel takes; who fills it in for nothing would be cross."""
        servers, account = self._rooms.servers, account_of(interaction)
        rules = await servers.rules(account.guild_id, account.home_channel_id)
        if rules.allowed is False:
            every = await servers.all_rules(account.guild_id)
            raise ChannelOff(tuple(channel_id for channel_id, own in every.items() if channel_id and own.allowed))
        await interaction.response.send_modal(AnimateForm(self._counter, self._rooms.menu, pictures, rules, manner))


def _numbered(pictures: list[Picture]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=plain(f"{number}: {picture.name}", 100), value=str(number - 1), default=number == 1)
        for number, picture in enumerate(pictures, 1)
    ]
