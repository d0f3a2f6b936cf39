"""A small bot on an unmodified discord.py, with one command for each thing a bot can do with an interaction."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
import yarl
from discord import app_commands, ui

from sandbox.discord.rest import PREFIX


def point_at(url: str) -> None:
    """Have discord.py speak to the stand-in at this address."""
    discord.http.Route.BASE = f"{url}{PREFIX}"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url.replace('http', 'ws', 1)}/gateway")
    discord.asset.Asset.BASE = f"{url}/cdn"


PICTURE_NAME = "holiday photo.png"


class Bot(discord.Client):
    """Notes what it was given in `seen`; the events tell a test when to go on."""

    def __init__(self, *more: Any) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0, enable_debug_events=True)
        self.tree = app_commands.CommandTree(self)
        self.is_up = asyncio.Event()
        self.seen: list[Any] = []
        self.resumed = asyncio.Event()
        self.was_asked = asyncio.Event()
        self.channel_changed = asyncio.Event()
        commands: list[Any] = [animate, say, think, forget, ask, pick, show, limits, use_as_frame, greet, *more]
        for command in commands:
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Again)
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.is_up.set()

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_guild_channel_update(self, _: Any, __: Any) -> None:
        self.channel_changed.set()

    async def before_identify_hook(self, _: int | None, /, *, initial: bool = False) -> None:
        """Identify again at once: the library's pause spares the real Discord, not this one."""


Interaction = discord.Interaction[Bot]


@app_commands.command()
@app_commands.describe(image="the first frame", prompt="what should move", duration="in seconds")
@app_commands.choices(duration=[app_commands.Choice(name=f"{n} s", value=n) for n in (5, 10, 15)])
async def animate(
    interaction: Interaction,
    image: discord.Attachment,
    prompt: app_commands.Range[str, 1, 20] | None = None,
    duration: int = 5,
    seed: app_commands.Range[int, 0, 100] = 0,
) -> None:
    """Read the picture and send it back as a follow-up."""
    await interaction.response.defer()
    data = await image.read()
    interaction.client.seen.append((image.content_type, image.width, image.height, len(data), prompt, duration, seed))
    await interaction.followup.send(f"{duration} s", file=discord.File(io.BytesIO(data), PICTURE_NAME))


@app_commands.command()
async def say(interaction: Interaction, text: str, hidden: bool = False, member: discord.Member | None = None) -> None:
    """Say it at once."""
    interaction.client.seen.append(member)
    await interaction.response.send_message(text, ephemeral=hidden)


@app_commands.command()
async def think(interaction: Interaction, hidden: bool = False) -> None:
    """Defer, and leave it to the test to go on."""
    interaction.client.seen.append(interaction)
    await interaction.response.defer(ephemeral=hidden)


@app_commands.command()
async def forget(interaction: Interaction) -> None:
    """Never answer."""
    interaction.client.seen.append(interaction)
    interaction.client.was_asked.set()


class Questions(ui.Modal, title="Questions"):
    """One of each thing a form can hold."""

    what: ui.Label[Any] = ui.Label(text="What", component=ui.TextInput(custom_id="what", max_length=10))
    picture: ui.Label[Any] = ui.Label(text="Picture", component=ui.FileUpload(custom_id="picture", required=False))
    length: ui.Label[Any] = ui.Label(
        text="Length",
        component=ui.RadioGroup(
            custom_id="length",
            options=[
                discord.RadioGroupOption(label="5 s", value="5"),
                discord.RadioGroupOption(label="10 s", value="10"),
            ],
        ),
    )
    sound: ui.Label[Any] = ui.Label(text="Sound", component=ui.Checkbox(custom_id="sound"))

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]  # this bot's own client
        what, picture, length, sound = (one.component for one in (self.what, self.picture, self.length, self.sound))
        assert isinstance(what, ui.TextInput)
        assert isinstance(picture, ui.FileUpload)
        assert isinstance(length, ui.RadioGroup)
        assert isinstance(sound, ui.Checkbox)
        files = [(one.filename, len(await one.read())) for one in picture.values]
        interaction.client.seen.append((what.value, length.value, sound.value, files))
        await interaction.response.send_message("Thank you.", ephemeral=True)


@app_commands.command()
async def ask(interaction: Interaction) -> None:
    """Open a form."""
    await interaction.response.send_modal(Questions())


@app_commands.command()
async def pick(interaction: Interaction, colour: str) -> None:
    """Take a suggestion."""
    await interaction.response.send_message(colour)


@pick.autocomplete("colour")
async def suggest(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=one, value=one) for one in ("red", "green", "grey") if one.startswith(current)]


class Again(ui.DynamicItem[ui.Button[Any]], template=r"again:(?P<number>\d+)"):
    """A button that is known again after a restart."""

    def __init__(self, number: int) -> None:
        super().__init__(ui.Button(label="Again", custom_id=f"again:{number}", emoji="🔁"))
        self.number = number

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, match: Any, /) -> Again:
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(content=f"again {self.number}")


class Controls(ui.View):
    """A dynamic button, one that opens a form, one that is off, and a select."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(Again(7))

    @ui.button(label="Ask", custom_id="ask", style=discord.ButtonStyle.primary)
    async def ask(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Questions())

    @ui.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.defer()

    @ui.select(custom_id="size", options=[discord.SelectOption(label="720P"), discord.SelectOption(label="1080P")])
    async def size(self, interaction: Interaction, select: ui.Select[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=f"size {select.values[0]}")


@app_commands.command()
async def show(interaction: Interaction, hidden: bool = False) -> None:
    """Show a message with controls and an embed."""
    embed = discord.Embed(title="Clip", description="5 s").add_field(name="Seed", value="1").set_footer(text="fine")
    await interaction.response.send_message("controls", view=Controls(), embed=embed, ephemeral=hidden)


limits = app_commands.Group(
    name="limits", description="For moderators.", default_permissions=discord.Permissions(manage_guild=True)
)


@limits.command(name="set")
async def set_limit(
    interaction: Interaction, member: discord.Member, credits_a_day: app_commands.Range[int, 0]
) -> None:
    """Set it."""
    interaction.client.seen.append((member.display_name, credits_a_day))
    await interaction.response.send_message("Set.", ephemeral=True)


@app_commands.context_menu(name="Use as first frame")
async def use_as_frame(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"{len(message.attachments)} files in it")


@app_commands.context_menu(name="Greet")
async def greet(interaction: Interaction, member: discord.Member) -> None:
    await interaction.response.send_message(f"Hello {member.mention}", allowed_mentions=discord.AllowedMentions.none())
