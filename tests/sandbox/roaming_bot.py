"""Commands of a bot that people take along: clips in any place, several takes at once, a form filled in before."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import tempfile
from pathlib import Path
from typing import Any

import discord
from discord import app_commands, ui

from sandbox.wan.render import Scene, render
from tests.sandbox import pictures
from tests.sandbox.discord_bot import Bot, Interaction, point_at

SHAPES = {"wide": (640, 360), "tall": (360, 640)}


@functools.cache
def clip(seed: int, shape: str = "wide") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        render(pictures.jpeg(*SHAPES[shape]), Scene("480P", 1, seed), path)
        return path.read_bytes()


def file(number: int, shape: str = "wide") -> discord.File:
    words = f"A slope slides away, take {number}."
    return discord.File(io.BytesIO(clip(number, shape)), f"take-{number}.mp4", description=words)


def everywhere(command: Any) -> Any:
    """Make a command work in every place and for both kinds of installation."""
    installs = app_commands.allowed_installs(guilds=True, users=True)
    return installs(app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(command))


class Rate(ui.View):
    """A button below a clip."""

    @ui.button(label="Again", custom_id="roam-again")
    async def again(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        interaction.client.seen.append(interaction)
        await interaction.response.send_message("Again.", ephemeral=True)


@everywhere
@app_commands.command()
async def roam(interaction: Interaction, private: bool = False) -> None:
    """Wait, then put a clip in the place of the waiting."""
    interaction.client.seen.append(interaction)
    await interaction.response.defer(ephemeral=private)
    await interaction.edit_original_response(content="Here it is.", attachments=[file(1)], view=Rate())


class Votes(ui.View):
    """A vote for each take, and the takes to make final."""

    def __init__(self, count: int) -> None:
        super().__init__(timeout=None)
        for number in range(1, count + 1):
            self.add_item(ui.Button(label=f"{number} · 0 votes", custom_id=f"vote:{number}", row=0))
        for number in range(1, count + 1):
            final = discord.ButtonStyle.primary
            self.add_item(ui.Button(label=f"Final {number}", custom_id=f"final:{number}", style=final, row=1))


@everywhere
@app_commands.command()
async def takes(interaction: Interaction, count: app_commands.Range[int, 1, 4] = 4, tall: bool = False) -> None:
    """Show several clips side by side."""
    shape = "tall" if tall else "wide"
    files = [file(number, shape) for number in range(1, count + 1)]
    await interaction.response.send_message(f"{count} takes", files=files, view=Votes(count))


class Remix(ui.Modal, title="Remix"):
    """Everything in it is filled in before it opens."""

    prompt: ui.Label[Any] = ui.Label(text="Prompt", component=ui.TextInput(custom_id="prompt", default="slower"))
    length: ui.Label[Any] = ui.Label(
        text="Length",
        component=ui.Select(
            custom_id="length",
            options=[
                discord.SelectOption(label="5 s · 10 credits", value="5"),
                discord.SelectOption(label="10 s · 20 credits", value="10", default=True),
            ],
        ),
    )
    channel: ui.Label[Any] = ui.Label(text="Channel", component=ui.ChannelSelect(custom_id="channel", required=False))

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]  # this bot's own client
        assert isinstance(self.prompt.component, ui.TextInput)
        assert isinstance(self.length.component, ui.Select)
        assert isinstance(self.channel.component, ui.ChannelSelect)
        chosen = [one.id for one in self.channel.component.values]
        interaction.client.seen.append((self.prompt.component.value, self.length.component.values, chosen))
        await interaction.response.send_message("Remixed.", ephemeral=True)


@everywhere
@app_commands.command()
async def remix(interaction: Interaction) -> None:
    """Open a form that is filled in."""
    form = Remix()
    assert isinstance(form.channel.component, ui.ChannelSelect)
    if interaction.guild_id is not None and interaction.channel_id is not None:
        here = discord.SelectDefaultValue.from_channel(discord.Object(interaction.channel_id))
        form.channel.component.default_values = [here]
    await interaction.response.send_modal(form)


ROAMING: tuple[Any, ...] = (roam, takes, remix)


async def main() -> None:
    """Run it as a sandbox runs its bot: address and token are in the settings."""
    point_at(os.environ["FIRSTFRAME_DISCORD_URL"])
    async with Bot(*ROAMING) as bot:
        await bot.start(os.environ["FIRSTFRAME_DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
