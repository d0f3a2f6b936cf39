"""`/limits` and `/credits`: moderators decide who may spend how much."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.words import credits
from engine import Account, Credits

_MOST_CREDITS = 1_000_000


class ModeratorGroup(app_commands.Group):
    """Commands for those who may manage the server: hidden from others, and checked again when they run."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(
            name=name,
            description=description,
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )

    async def interaction_check(self, interaction: discord.Interaction) -> bool:
        """Raise MissingPermissions for others: a server can show the command to anybody."""
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True


class Moderation(commands.Cog):
    """What moderators do; all replies are for their eyes only."""

    limits = ModeratorGroup("limits", "Decide how many credits members have a day")
    grants = ModeratorGroup("credits", "Give members credits")

    def __init__(self, credits: Credits) -> None:
        self._credits = credits

    @limits.command(name="set", description="Give a member a daily allowance of their own")
    @app_commands.describe(
        member="Whose allowance", credits_per_day="Credits a day; leave it out to go back to the default"
    )
    async def limits_set(
        self,
        interaction: discord.Interaction,
        member: discord.User,
        credits_per_day: app_commands.Range[int, 0, _MOST_CREDITS] | None = None,
    ) -> None:
        """Set or lift a member's own limit and say what changed."""
        await interaction.response.defer(ephemeral=True)
        account = Account(interaction.guild_id or 0, member.id)
        before, after = await self._credits.set_limit(account, credits_per_day, actor_id=interaction.user.id)
        await interaction.edit_original_response(content=credits.limit_set(member.id, before, after))

    @grants.command(name="grant", description="Give a member credits that do not expire")
    @app_commands.describe(member="Who gets them", amount="How many credits", reason="Why, for the record")
    async def credits_grant(
        self,
        interaction: discord.Interaction,
        member: discord.User,
        amount: app_commands.Range[int, 1, _MOST_CREDITS],
        reason: app_commands.Range[str, 1, 200] | None = None,
    ) -> None:
        """Grant credits and say what changed."""
        await interaction.response.defer(ephemeral=True)
        account = Account(interaction.guild_id or 0, member.id)
        before, after = await self._credits.grant(
            account,
            amount,
            actor_id=interaction.user.id,
            reason=reason or "",
            interaction_id=interaction.id,
        )
        text = credits.granted(member.id, amount, before, after, reason or "")
        await interaction.edit_original_response(content=text)
