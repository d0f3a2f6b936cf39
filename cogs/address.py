"""Where Discord is: the real one unless the settings name another."""

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

DISCORD = "https://discord.com"


def point_at(url: str) -> None:
    """Have discord.py talk to a server at this address; to be called before its client starts.

    discord.py has no parameter for it: these three class attributes are all that names Discord's hosts.
    """
    if url == DISCORD:
        return
    here = URL(url)
    Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = here.with_scheme("wss" if here.scheme == "https" else "ws") / "gateway"
    discord.asset.Asset.BASE = f"{url}/cdn"
