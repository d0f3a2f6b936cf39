"""A report as an answer: the figures in a sentence, a picture with alt text, and a table."""

import asyncio
import io
import logging
from collections.abc import Iterable

import aiohttp
import discord

from cogs.rooms import Rooms
from cogs.words import reports
from engine import ChartFailed, Report, Sheet

log = logging.getLogger(__name__)

_NOT_TOLD = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)


async def answer(interaction: discord.Interaction, rooms: Rooms, report: Report, title: str, *, own: bool) -> None:
    """Put the report where the deferred answer is; a member's own names no members."""
    zone = (await rooms.servers.settings(report.guild_id)).time_zone
    members = {} if own else await _members(interaction.guild, (share.id for share in reports.biggest(report.members)))
    channels = _channels(interaction.guild, (share.id for share in reports.biggest(report.channels)))
    sheet = reports.sheet(report, title, zone, members, channels)
    text = reports.message(report, title, rooms.prices)
    name = "usage" if own else "report"
    files = [table(rooms.books.report_csv(report), f"{name}.csv")]
    try:
        files.insert(0, await _picture(rooms, sheet, f"{name}.png"))
    except ChartFailed as error:
        log.warning("a report could not be drawn: %s", error)
        text += f"\n-# {reports.NO_PICTURE}"
    await interaction.edit_original_response(content=text, attachments=files)


def table(text: str, filename: str) -> discord.File:
    """A table as a file; the mark in front has spreadsheets read it as UTF-8."""
    return discord.File(io.BytesIO(text.encode("utf-8-sig")), filename)


async def _picture(rooms: Rooms, sheet: Sheet, filename: str) -> discord.File:
    png = await rooms.books.draw(sheet)
    return discord.File(io.BytesIO(png), filename, description=reports.alt_text(sheet))


async def _members(guild: discord.Guild | None, ids: Iterable[int]) -> dict[int, str]:
    """The names of these members, asked for one by one: the bot keeps no list of them."""
    wanted = list(ids)
    return dict(zip(wanted, await asyncio.gather(*(_member(guild, user_id) for user_id in wanted)), strict=True))


async def _member(guild: discord.Guild | None, user_id: int) -> str:
    if not user_id:
        return reports.LEFT_FOR_GOOD
    try:
        return (await guild.fetch_member(user_id)).display_name if guild else reports.GONE
    except _NOT_TOLD:
        return reports.GONE


def _channels(guild: discord.Guild | None, ids: Iterable[int]) -> dict[int, str]:
    found = {channel_id: guild.get_channel(channel_id) if guild else None for channel_id in ids}
    return {
        channel_id: f"#{channel.name}" if channel else reports.GONE_CHANNEL for channel_id, channel in found.items()
    }
