"""Posting clips: one message, by the route that is asked for, with the buttons below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import discord

from cogs.clip_buttons import clip_view
from cogs.snowflakes import TextId
from cogs.stage.errors import Blocked, told_as_posting_errors
from cogs.stage.names import clip_filename
from cogs.stage.ways import Ways
from cogs.words import posted
from engine import Job, Posted, Route, Why

_MOST_READ_BYTES = 10 * 2**20
"""What everybody may upload; larger clips stay on the disk, since several may be on their way at once."""


@dataclass(frozen=True, slots=True)
class _Bill:
    """What is to be posted; AutoMod may want it without the member's words."""

    jobs: Sequence[Job]
    files: Sequence[Path]
    takes: Sequence[Job]
    why: Why | None
    view: discord.ui.View
    route: Route
    with_prompt: bool = True

    @property
    def text(self) -> str:
        return posted.message(self.jobs, self.takes, self.why, with_prompt=self.with_prompt)

    @property
    def nonce(self) -> str:
        # Of its own for another way: Discord would give the message in the channel for the one sent directly, and
        # nobody may be able to see that one any more.
        return f"{self.jobs[0].id}-direct" if self.route is Route.DIRECT else self.jobs[0].id

    def attachments(self) -> list[discord.File]:
        """Bare attachments, which is what plays; opened anew for each try, since discord.py closes them."""
        return [
            discord.File(
                _opened(file),
                filename=clip_filename(job),
                description=posted.alt_text(job, with_prompt=self.with_prompt),
                spoiler=job.spoiler,
            )
            for job, file in zip(self.jobs, self.files, strict=True)
        ]


class Posting(Ways):
    """Posts, and mentions the clip's member and nobody else."""

    async def post_clips(self, jobs: Sequence[Job], files: Sequence[Path], route: Route, *, why: Why | None) -> Posted:
        """Post the clips as one message; without the prompt where AutoMod keeps that out."""
        rooms = self._bot.rooms
        takes, view = await rooms.engine.takes(jobs[0]), await clip_view(rooms, jobs)
        try:
            return await self._post(_Bill(jobs, files, takes, why, view, route))
        except Blocked:
            return await self._post(_Bill(jobs, files, takes, why, view, route, with_prompt=False))

    async def _post(self, bill: _Bill) -> Posted:
        job = bill.jobs[0]
        with told_as_posting_errors():
            if bill.route is Route.DIRECT:
                message = await _send(await self._direct(job), bill)
            else:
                carry = self._as_answer if bill.route is Route.REPLY else self._into_channel
                message = await self._in_open_thread(job.channel_id, lambda: carry(bill))
        return Posted(message.id, message.channel.id)

    async def _as_answer(self, bill: _Bill) -> discord.Message:
        return await self._answer(bill.jobs[0]).edit(bill.text, bill.view, files=bill.attachments())

    async def _into_channel(self, bill: _Bill) -> discord.Message:
        return await _send(self._asked_in(bill.jobs[0]), bill)


async def _send(channel: discord.abc.Messageable, bill: _Bill) -> discord.Message:
    member = TextId(bill.jobs[0].member_id)
    return await channel.send(
        bill.text,
        files=bill.attachments(),
        view=bill.view,
        nonce=bill.nonce,
        allowed_mentions=discord.AllowedMentions(everyone=False, roles=False, users=[member], replied_user=False),
        suppress_embeds=True,
    )


def _opened(file: Path) -> Path | BytesIO:
    """The file, or what is in it: aiohttp would read it in many small turns, which take longer than the sending."""
    return BytesIO(file.read_bytes()) if file.stat().st_size <= _MOST_READ_BYTES else file
