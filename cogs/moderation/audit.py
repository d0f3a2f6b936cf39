"""`/audit`: what moderators changed, page by page, and as a table."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.buttons import KeyedButton
from cogs.moderation.group import MANAGE_SERVER, check_moderates
from cogs.pager import Page, Turn, cut, reach
from cogs.reporting import table
from cogs.rooms import Rooms, rooms_of
from cogs.words import records
from engine import Action

_ON_A_PAGE = 8
_EVERYTHING = "all"
_ACTIONS = [app_commands.Choice(name=label, value=str(action)) for action, label in records.ACTIONS.items()]


class AuditCog(commands.Cog, name="Audit"):
    """The record; for moderators' eyes only."""

    @app_commands.command(description="Page through what was changed here: limits, grants, blocks, removals, settings")
    @app_commands.describe(member="Only what is about this member, or was done by them", action="Only this")
    @app_commands.choices(action=_ACTIONS)
    @app_commands.default_permissions(MANAGE_SERVER)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.check(check_moderates)
    async def audit(
        self, interaction: discord.Interaction, member: discord.User | None = None, action: str | None = None
    ) -> None:
        """Show the newest entries."""
        await interaction.response.defer(ephemeral=True)
        await AuditTurn.open(interaction, f"{member.id if member else 0}.{action or _EVERYTHING}")


class AuditTurn(Turn, kind="turn-audit"):
    """Turns the pages of `/audit`; of what the record is chosen stands in `about`."""

    async def page(self, rooms: Rooms, guild_id: int) -> Page:
        """Entries, newest first."""
        member_id, action = _chosen(self.about)
        most = reach(self.number, _ON_A_PAGE)
        newest = await rooms.books.audit_page(guild_id, member_id=member_id, action=action, limit=most)
        entries, number, more = cut(newest, self.number, _ON_A_PAGE)
        count = await rooms.books.audit_count(guild_id, member_id=member_id, action=action)
        return Page(records.page(entries, rooms.prices, number, count, _ON_A_PAGE), number, more)

    def beside(self) -> list[KeyedButton]:
        """The same as a table."""
        return [AuditTableButton(self.about)]


class AuditTableButton(KeyedButton, kind="audit-csv", key=r"[0-9]{1,20}\.[a-z0-9_]{1,30}"):
    """Hands over everything that was chosen, not only the page."""

    def __init__(self, key: str, label: str = "Export CSV") -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Send the table to those who moderate now."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await check_moderates(interaction)
        member_id, action = _chosen(self.key)
        text = await rooms_of(interaction).books.audit_csv(
            interaction.guild_id or 0, member_id=member_id, action=action
        )
        await interaction.followup.send(records.TABLE, file=table(text, "audit.csv"), ephemeral=True)


def _chosen(about: str) -> tuple[int | None, Action | None]:
    """The member and the action that the record is narrowed down to."""
    member_id, _, action = about.partition(".")
    return int(member_id) or None, None if action == _EVERYTHING else Action(action)
