"""Long lists in pages: an answer for moderators with ◀ and ▶ below it, which outlive a restart."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import discord

from cogs.buttons import KeyedButton, view_of
from cogs.moderation.group import check_moderates
from cogs.rooms import Rooms, rooms_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, which one it is, and whether another one follows."""

    text: str
    number: int
    more: bool


class Turn(KeyedButton, kind="turn", key=r"[a-z0-9_.]{0,60}:[0-9]{1,6}"):
    """A button that turns to a page of a list. Each list is a subclass: `class AuditTurn(Turn, kind="turn-audit")`.

    A command defers, then shows the first page: `await AuditTurn.open(interaction, about)`. `about` says of what the
    list is (an id, a filter) in up to 60 of a–z, 0–9, `_` and `.`.
    """

    def __init_subclass__(cls, *, kind: str) -> None:
        """Name the list; all lists have keys of one shape."""
        super().__init_subclass__(kind=kind, key=r"[a-z0-9_.]{0,60}:[0-9]{1,6}")

    def __init__(self, key: str, label: str = "▶", *, disabled: bool = False) -> None:
        super().__init__(key, label, disabled=disabled)
        self.about, _, number = key.partition(":")
        self.number = int(number)

    @classmethod
    async def open(cls, interaction: discord.Interaction, about: str) -> None:
        """Put the first page where the deferred answer is."""
        await cls(f"{about}:0").show(interaction)

    @abstractmethod
    async def page(self, rooms: Rooms, guild_id: int) -> Page:
        """The page with this button's `number`, counted from 0, or the last one there is: lists shrink."""

    def beside(self) -> list[KeyedButton]:
        """Further buttons below every page."""
        return []

    async def press(self, interaction: discord.Interaction) -> None:
        """Turn to the page, in place, for those who moderate now."""
        await interaction.response.defer()
        await check_moderates(interaction)
        await self.show(interaction)

    async def show(self, interaction: discord.Interaction) -> None:
        """Put the page where the answer is."""
        page = await self.page(rooms_of(interaction), interaction.guild_id or 0)
        buttons = [*self._arrows(page), *self.beside()]
        await interaction.edit_original_response(
            content=page.text,
            view=view_of(*buttons) if buttons else None,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    def _arrows(self, page: Page) -> list[KeyedButton]:
        if not page.number and not page.more:
            return []
        turn, back = type(self), max(page.number - 1, 0)
        return [
            turn(f"{self.about}:{back}", "◀", disabled=not page.number),
            turn(f"{self.about}:{page.number + 1}", "▶", disabled=not page.more),
        ]


def reach(number: int, size: int) -> int:
    """How many of the newest entries to read for a page: up to its end, and one more to know whether that is all."""
    return (number + 1) * size + 1


def cut(newest: Sequence[T], wanted: int, size: int) -> tuple[Sequence[T], int, bool]:
    """A page of what was read, the wanted or else the last one; which one that is, and whether there is more."""
    number = min(wanted, max(len(newest) - 1, 0) // size)
    return newest[number * size : (number + 1) * size], number, len(newest) > (number + 1) * size
