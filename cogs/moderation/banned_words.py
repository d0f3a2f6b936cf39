"""`/words`: words and phrases that may not be asked for. They are shown to moderators alone, and as code."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.group import ModeratorGroup, moderates
from cogs.pager import Page, Turn, cut
from cogs.people import deed_of
from cogs.refusals import Refusal
from cogs.rooms import Rooms
from cogs.words import moderation
from engine import EmptyPhrase, ListFull

_ON_A_PAGE = 15
_MOST_CHOICES = 25
_MOST_CHARACTERS = 100

Phrase = app_commands.Range[str, 1, _MOST_CHARACTERS]


class BannedWords(commands.Cog, name="Words"):
    """The list of a server; all replies are for moderators' eyes only."""

    words = ModeratorGroup("words", "Decide which words may not be asked for")

    def __init__(self, rooms: Rooms) -> None:
        self._discipline = rooms.discipline

    @words.command(name="add", description="Refuse a word or phrase, also in the usual disguises")
    @app_commands.describe(phrase="A word or phrase; a * at an end of it stands for any letters")
    async def words_add(self, interaction: discord.Interaction, phrase: Phrase) -> None:
        """Put it on the list and say so."""
        await interaction.response.defer(ephemeral=True)
        try:
            fresh = await self._discipline.add_phrase(interaction.guild_id or 0, phrase, deed_of(interaction))
        except EmptyPhrase:
            raise Refusal(moderation.NOTHING_TO_REFUSE) from None
        except ListFull:
            raise Refusal(moderation.LIST_FULL) from None
        await interaction.edit_original_response(content=moderation.phrase_added(phrase, fresh=fresh))

    @words.command(name="remove", description="Allow a word or phrase again")
    @app_commands.describe(phrase="One that is on the list")
    async def words_remove(self, interaction: discord.Interaction, phrase: Phrase) -> None:
        """Take it off the list and say so."""
        await interaction.response.defer(ephemeral=True)
        fresh = await self._discipline.remove_phrase(interaction.guild_id or 0, phrase, deed_of(interaction))
        await interaction.edit_original_response(content=moderation.phrase_removed(phrase, fresh=fresh))

    @words.command(name="list", description="List the words and phrases that are refused")
    async def words_list(self, interaction: discord.Interaction) -> None:
        """Show the list."""
        await interaction.response.defer(ephemeral=True)
        await WordsTurn.open(interaction, "")

    @words_remove.autocomplete("phrase")
    async def _listed(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """What is on the list and fits what is typed; Discord asks before any check of ours, so that is made here."""
        if not await moderates(interaction):
            return []
        phrases = await self._discipline.phrases(interaction.guild_id or 0)
        fitting = [phrase for phrase in phrases if typed.casefold() in phrase.casefold()]
        return [app_commands.Choice(name=phrase, value=phrase) for phrase in fitting[:_MOST_CHOICES]]


class WordsTurn(Turn, kind="turn-words"):
    """Turns the pages of `/words list`."""

    async def page(self, rooms: Rooms, guild_id: int) -> Page:
        """The list in alphabetical order."""
        phrases = await rooms.discipline.phrases(guild_id)
        shown, number, more = cut([moderation.phrase_line(phrase) for phrase in phrases], self.number, _ON_A_PAGE)
        return Page("\n".join(shown) or moderation.NO_WORDS, number, more)
