"""Commands of a bot for moderators: three words long, with roles and channels, with forms and private answers."""

from __future__ import annotations

import asyncio
import io
import os
import zipfile
from typing import Any

import discord
from discord import app_commands, ui

from tests.sandbox import pictures
from tests.sandbox.discord_bot import Bot, Interaction, point_at

AMOUNTS = (5, 50, 500)

rules = app_commands.Group(
    name="rules",
    description="For moderators.",
    default_permissions=discord.Permissions(manage_guild=True),
    guild_only=True,
)
setting = app_commands.Group(name="set", description="Set them.", parent=rules)


@setting.command(name="role")
async def set_role(interaction: Interaction, role: discord.Role, credits_a_day: int) -> None:
    """For a role."""
    interaction.client.seen.append((role.name, role.colour.value, credits_a_day))
    await interaction.response.send_message(f"{role.mention} {credits_a_day}", ephemeral=True)


@set_role.autocomplete("credits_a_day")
async def amounts(interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
    interaction.client.seen.append((type(interaction.namespace.role), current))
    return [app_commands.Choice(name=f"{one} credits", value=one) for one in AMOUNTS if str(one).startswith(current)]


@setting.command(name="channel")
async def set_channel(interaction: Interaction, channel: discord.TextChannel, note: str = "") -> None:
    """For a channel."""
    interaction.client.seen.append((channel.name, channel.is_nsfw(), note))
    await interaction.response.send_message(channel.mention, ephemeral=True)


@setting.command(name="anybody")
async def set_anybody(interaction: Interaction, who: discord.Member | discord.Role) -> None:
    """For a member or a role."""
    names = [role.name for role in who.roles] if isinstance(who, discord.Member) else [who.name]
    interaction.client.seen.append((type(who), names))
    await interaction.response.send_message("Set.", ephemeral=True)


@app_commands.command()
async def whereami(interaction: Interaction) -> None:
    """Say who asks, and where."""
    interaction.client.seen.append(interaction)
    await interaction.response.send_message("Here.", ephemeral=True)


@app_commands.command()
@app_commands.allowed_contexts(guilds=False, dms=True, private_channels=False)
async def operate(interaction: Interaction) -> None:
    """In direct messages only."""
    owner = await interaction.client.application_info()
    await interaction.response.send_message("yes" if owner.owner == interaction.user else "no")


class Reasons(ui.Modal, title="Remove it?"):
    """Asks why, and for which role."""

    reason: ui.Label[Any] = ui.Label(text="Reason", component=ui.TextInput(custom_id="reason"))
    role: ui.Label[Any] = ui.Label(text="Role", component=ui.RoleSelect(custom_id="role", required=False))

    def __init__(self, message: discord.Message) -> None:
        super().__init__()
        self.message = message

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]  # this bot's own client
        assert isinstance(self.reason.component, ui.TextInput)
        assert isinstance(self.role.component, ui.RoleSelect)
        await self.message.delete()
        roles = ", ".join(role.name for role in self.role.component.values)
        await interaction.response.send_message(f"Removed: {self.reason.component.value} {roles}", ephemeral=True)


@app_commands.context_menu(name="Remove it")
@app_commands.default_permissions(manage_guild=True)
async def remove_it(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_modal(Reasons(message))


def page_file(number: int) -> discord.File:
    return discord.File(io.BytesIO(f"page,{number}\n".encode()), f"page-{number}.csv")


class Pages(ui.View):
    """Turns its page at once or after a deferral, or takes itself away."""

    @ui.button(label="Next", custom_id="next")
    async def turn(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="page 2", attachments=[page_file(2)])

    @ui.button(label="Last", custom_id="last")
    async def turn_far(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="page 9", attachments=[page_file(9)])

    @ui.button(label="Close", custom_id="close")
    async def close(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()


@app_commands.command()
async def pages(interaction: Interaction, hidden: bool = True) -> None:
    """Show a message whose pages can be turned."""
    await interaction.response.send_message("page 1", view=Pages(), file=page_file(1), ephemeral=hidden)


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        zipped.writestr("data.json", "{}" * 20_000)
    return stream.getvalue()


ALT = "Credits by day in the last week: 40, 85, 60, 120, 95, 30, 70. Most were spent by Second Member."
RULES_IN_WORDS = "\n".join(
    [
        "**What Second Member may spend**",
        *("1. Their own limit: none.", "2. <@&1000000000000000303>: **120 credits a week**. This counts."),
        *("3. Everyone: 20 credits a day.", "4. The bot's default: 10 credits a day."),
        "",
        "Spent this week: **85** of 120 · renews <t:1800000000:R>",
        "In <#1000000000000000014> at most 200 credits a day, 60 of them spent · about 3.00 USD at list price",
        "-# Channel, budget and pause are the same for everybody.",
    ]
)


@app_commands.command()
@app_commands.default_permissions(manage_guild=True)
async def report(interaction: Interaction) -> None:
    """Say much, with a picture and two files."""
    files = [
        discord.File(io.BytesIO(pictures.jpeg(720, 1100)), "report.jpg", description=ALT),
        discord.File(io.BytesIO(b"day,credits\n" * 900), "report.csv"),
        discord.File(io.BytesIO(archive()), "member-data.zip"),
    ]
    await interaction.response.send_message(RULES_IN_WORDS, files=files, ephemeral=True)


@app_commands.command()
async def surprise(interaction: Interaction) -> None:
    """Show something covered."""
    file = discord.File(io.BytesIO(pictures.jpeg(640, 480)), "lake.jpg", spoiler=True, description="A lake.")
    await interaction.response.send_message("Careful", file=file)


MODERATING: tuple[Any, ...] = (rules, whereami, operate, remove_it, pages, report, surprise)


async def main() -> None:
    """Run it as a sandbox runs its bot: address and token are in the settings."""
    point_at(os.environ["FIRSTFRAME_DISCORD_URL"])
    async with Bot(*MODERATING) as bot:
        await bot.start(os.environ["FIRSTFRAME_DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
