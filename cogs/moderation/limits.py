"""`/limits`: moderators decide who may spend how much, how many clips at once, and how soon again."""

from collections.abc import Mapping
from typing import Final, Literal

import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.channel import Place
from cogs.moderation.group import ModeratorGroup
from cogs.pager import Page, Turn, cut
from cogs.people import account_of, deed_of
from cogs.refusals import Refusal
from cogs.rooms import Rooms
from cogs.text import in_pages
from cogs.transformers import Amount, AtOnceOption, CooldownOption, CreditsOption, Span
from cogs.words import limits, standing
from engine import Account, Changed, Layer, Limit, Period, Rule

_MOST_CHARACTERS = 1900

PeriodName = Literal["day", "week", "month"]
RuleName = Literal["credits", "at_once", "cooldown"]
Values = Mapping[Rule, tuple[int | None, Period | None]]

_RULES: Final = {
    "credits": "How many credits, or unlimited",
    "period": "How often they renew: each day unless you choose",
    "at_once": "How many clips at once, or unlimited",
    "cooldown": "How long from one clip to the next, or none",
}
_WHICH_RULE: Final = "Only this rule; leave it out to clear all"


class LimitsCog(commands.Cog, name="Limits"):
    """Sets, clears and explains limits; all replies are for the moderator's eyes only."""

    limits = ModeratorGroup("limits", "Decide who may spend how many credits")
    setting = ModeratorGroup("set", "Set a limit", parent=limits)
    clearing = ModeratorGroup("clear", "Take a limit away", parent=limits)

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @setting.command(name="everyone", description="What members have who have no limit of their own or their roles")
    @app_commands.describe(**_RULES)
    async def set_everyone(
        self,
        interaction: discord.Interaction,
        credits: CreditsOption | None = None,
        period: PeriodName | None = None,
        at_once: AtOnceOption | None = None,
        cooldown: CooldownOption | None = None,
    ) -> None:
        """Set the server's limits."""
        await self._set(interaction, Layer.EVERYONE, 0, _values(credits, period, at_once, cooldown))

    @setting.command(name="role", description="What members of a role have; the best of a member's roles counts")
    @app_commands.describe(role="Whose members", **_RULES)
    async def set_role(
        self,
        interaction: discord.Interaction,
        role: discord.Role,
        credits: CreditsOption | None = None,
        period: PeriodName | None = None,
        at_once: AtOnceOption | None = None,
        cooldown: CooldownOption | None = None,
    ) -> None:
        """Set a role's limits."""
        await self._set(interaction, Layer.ROLE, _own_id(role), _values(credits, period, at_once, cooldown))

    @setting.command(name="member", description="What one member has, whatever their roles are")
    @app_commands.describe(member="Who", **_RULES)
    async def set_member(
        self,
        interaction: discord.Interaction,
        member: discord.User,
        credits: CreditsOption | None = None,
        period: PeriodName | None = None,
        at_once: AtOnceOption | None = None,
        cooldown: CooldownOption | None = None,
    ) -> None:
        """Set a member's own limits, and say what they have left now."""
        await self._set(interaction, Layer.MEMBER, member.id, _values(credits, period, at_once, cooldown), member)

    @setting.command(name="channel", description="Cap what all members together may spend in a channel")
    @app_commands.describe(
        channel="Which channel; its threads count as well", credits=_RULES["credits"], period=_RULES["period"]
    )
    async def set_channel(
        self,
        interaction: discord.Interaction,
        channel: Place,
        credits: CreditsOption,
        period: PeriodName = "day",
    ) -> None:
        """Set a channel's cap."""
        await self._set(interaction, Layer.CHANNEL, channel.id, _values(credits, period))

    @setting.command(name="budget", description="Cap what all members together may spend in the whole server")
    @app_commands.describe(credits=_RULES["credits"], period="How often it renews: each month unless you choose")
    async def set_budget(
        self, interaction: discord.Interaction, credits: CreditsOption, period: PeriodName = "month"
    ) -> None:
        """Set the server's budget."""
        await self._set(interaction, Layer.BUDGET, 0, _values(credits, period))

    @clearing.command(name="everyone", description="Back to the bot's default, for members without another limit")
    @app_commands.describe(rule=_WHICH_RULE)
    async def clear_everyone(self, interaction: discord.Interaction, rule: RuleName | None = None) -> None:
        """Clear the server's limits."""
        await self._clear(interaction, Layer.EVERYONE, 0, rule)

    @clearing.command(name="role", description="Take a role's limits away")
    @app_commands.describe(role="Whose members", rule=_WHICH_RULE)
    async def clear_role(
        self, interaction: discord.Interaction, role: discord.Role, rule: RuleName | None = None
    ) -> None:
        """Clear a role's limits."""
        await self._clear(interaction, Layer.ROLE, _own_id(role), rule)

    @clearing.command(name="member", description="Take a member's own limits away: those of their roles count again")
    @app_commands.describe(member="Whose", rule=_WHICH_RULE)
    async def clear_member(
        self, interaction: discord.Interaction, member: discord.User, rule: RuleName | None = None
    ) -> None:
        """Clear a member's own limits, and say what they have left now."""
        await self._clear(interaction, Layer.MEMBER, member.id, rule, member)

    @clearing.command(name="channel", description="Take the cap of a channel away")
    @app_commands.describe(channel="Which channel")
    async def clear_channel(self, interaction: discord.Interaction, channel: Place) -> None:
        """Clear a channel's cap."""
        await self._clear(interaction, Layer.CHANNEL, channel.id)

    @clearing.command(name="budget", description="Take the budget of the whole server away")
    async def clear_budget(self, interaction: discord.Interaction) -> None:
        """Clear the server's budget."""
        await self._clear(interaction, Layer.BUDGET, 0)

    @limits.command(name="show", description="Show every limit, or which of them give a member what, and why")
    @app_commands.describe(member="Who to explain; leave it out to see every limit of the server")
    async def show(self, interaction: discord.Interaction, member: discord.User | None = None) -> None:
        """Show all limits in pages, or explain a member's in this channel."""
        await interaction.response.defer(ephemeral=True)
        if member is None:
            await LimitsTurn.open(interaction, "")
            return
        account = account_of(interaction, member)
        found = await self._rooms.credits.standing(account)
        present = isinstance(member, discord.Member)
        text = standing.explained(member.id, account.home_channel_id, found, self._rooms.prices, present=present)
        await interaction.edit_original_response(content=text)

    async def _set(
        self,
        interaction: discord.Interaction,
        layer: Layer,
        target_id: int,
        values: Values,
        member: discord.abc.User | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        guild_id = interaction.guild_id or 0
        change = await self._rooms.credits.set_limits(guild_id, layer, target_id, values, deed_of(interaction))
        await self._tell(interaction, layer, target_id, change, member)

    async def _clear(
        self,
        interaction: discord.Interaction,
        layer: Layer,
        target_id: int,
        rule: RuleName | None = None,
        member: discord.abc.User | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        change = await self._rooms.credits.clear_limits(
            interaction.guild_id or 0, layer, target_id, deed_of(interaction), Rule(rule) if rule else None
        )
        await self._tell(interaction, layer, target_id, change, member)

    async def _tell(
        self,
        interaction: discord.Interaction,
        layer: Layer,
        target_id: int,
        change: Changed[tuple[Limit, ...]],
        member: discord.abc.User | None,
    ) -> None:
        whom = Limit(layer, target_id, Rule.CREDITS, None)
        text = limits.changed(interaction.guild_id or 0, whom, change, self._rooms.prices)
        if member:
            balance = (await self._rooms.credits.standing(account_of(interaction, member))).balance
            text += f"\n{standing.left_now(member.id, balance)}"
        await interaction.edit_original_response(content=text)


class LimitsTurn(Turn, kind="turn-limits"):
    """Turns the pages of a server's limits."""

    async def page(self, rooms: Rooms, guild_id: int) -> Page:
        """The page with this number, or the last one there is."""
        found = await rooms.credits.limits_of(guild_id)
        nobody = await rooms.credits.standing(Account(guild_id, 0))
        settings = await rooms.servers.settings(guild_id)
        pages = in_pages(limits.of_server(found, nobody, settings.time_zone, rooms.prices), _MOST_CHARACTERS)
        (text,), number, more = cut(pages, self.number, 1)
        return Page(text, number, more)


def _values(
    credits: Amount | None,
    period: PeriodName | None,
    at_once: Amount | None = None,
    cooldown: Span | None = None,
) -> Values:
    """What was said of each rule; raises Refusal where that makes no sense."""
    if credits is None and period:
        raise Refusal(limits.PERIOD_ALONE)
    values: dict[Rule, tuple[int | None, Period | None]] = {}
    if credits:
        values[Rule.CREDITS] = (credits.value, Period(period or "day"))
    if at_once:
        values[Rule.AT_ONCE] = (at_once.value, None)
    if cooldown:
        values[Rule.COOLDOWN] = (cooldown.seconds, None)
    if not values:
        raise Refusal(limits.NOTHING_SAID)
    return values


def _own_id(role: discord.Role) -> int:
    """The role's id; raises Refusal for the role that everybody has."""
    if role.is_default():
        raise Refusal(limits.EVERYBODYS_ROLE)
    return role.id
