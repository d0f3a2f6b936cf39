"""Everything that a cog may need, in one value: handed to each when the bot is furnished."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import discord

from cogs.clip.tally import Tally
from engine import (
    Archive,
    Books,
    Credits,
    Discipline,
    Engine,
    Gallery,
    Menu,
    Meta,
    Prices,
    Privacy,
    Sequels,
    Servers,
    Voting,
)

if TYPE_CHECKING:
    from cogs.app import FirstframeBot


@dataclass(frozen=True, slots=True)
class Rooms:
    """The engine and what stands around it; `discord_url` is where Discord is."""

    engine: Engine
    menu: Menu
    prices: Prices
    credits: Credits
    servers: Servers
    discipline: Discipline
    books: Books
    privacy: Privacy
    sequels: Sequels
    archive: Archive
    voting: Voting
    gallery: Gallery
    meta: Meta
    discord_url: str
    tally: Tally = field(default_factory=Tally)


def rooms_of(interaction: discord.Interaction) -> Rooms:
    """Those of the bot that received this: for buttons, which discord.py makes anew at each press."""
    return cast("FirstframeBot", interaction.client).rooms
