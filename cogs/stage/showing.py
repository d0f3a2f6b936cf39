"""Status messages: shown where the job was asked for, taken back with its clip."""

from collections.abc import Sequence
from datetime import timedelta

import discord

from cogs.buttons import status_view
from cogs.stage.errors import ARCHIVED, UNKNOWN_MESSAGE, told_as_posting_errors
from cogs.stage.looking import own_message
from cogs.stage.ways import Ways, unless_gone
from cogs.words import clips
from engine import ChannelClosed, EditsSpent, Installed, Job, JobState, PostRefused, Route, Status

_OLD = timedelta(hours=1)
"""Discord lets messages older than this be edited a few times only (30046)."""


class Showing(Ways):
    """Edits one message in place; where that is impossible, what the member has to know goes to them directly."""

    async def show_status(self, job: Job, status: Status) -> int | None:
        """Edit the status message, or post one where there is none (any more)."""
        try:
            with told_as_posting_errors():
                return await (self._show_in_answer if _has_answer_only(job) else self._show_in_channel)(job, status)
        except (ChannelClosed, PostRefused):
            if _must_be_known(status):
                await self._tell_directly(job, status)
            return None

    async def take_down(self, job: Job, takes: Sequence[Job] = ()) -> None:
        """Delete the clip's message and its copy, and have the status message say so; what is gone already is fine."""
        with told_as_posting_errors():
            try:
                out_of_reach = job.clip_message_id is not None and not await self._delete_clip(job)
            finally:  # the copy is in another channel, which may be open where the clip's is not
                await self._delete_copy(job)
            if not _has_answer_only(job):
                await self._say_removed(job, takes or [job])
        if out_of_reach:
            raise PostRefused("only an interaction on the clip's message can delete it")

    async def _show_in_answer(self, job: Job, status: Status) -> int:
        message = await self._answer(job).edit(clips.status(job, status), status_view(job, status))
        return message.id

    async def _show_in_channel(self, job: Job, status: Status) -> int | None:
        return await self._edit_status(job, status) or await self._post_status(job, status)

    async def _edit_status(self, job: Job, status: Status) -> int | None:
        if job.status_message_id is None:
            return None
        message = self._asked_in(job).get_partial_message(job.status_message_id)
        text, view = clips.status(job, status), status_view(job, status)
        try:
            if status.state.final:  # its end is worth opening a thread for
                await self._in_open_thread(job.channel_id, lambda: _edit(message, text, view))
            else:
                await _edit(message, text, view)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_MESSAGE:  # deleted by someone: it comes back
                return None
            if error.code != ARCHIVED:
                raise
        return message.id

    async def _post_status(self, job: Job, status: Status) -> int:
        text, view = clips.status(job, status), status_view(job, status)
        none = discord.AllowedMentions.none()
        channel = self._asked_in(job)
        message = await (
            channel.send(text, view=view, allowed_mentions=none) if view else channel.send(text, allowed_mentions=none)
        )
        return message.id

    async def _tell_directly(self, job: Job, status: Status) -> None:
        try:
            with told_as_posting_errors():
                channel = await self._direct(job)
                # The nonce: tried again where it is not known whether it was taken.
                await channel.send(clips.told_directly(job, status), nonce=f"{job.id}-status")
        except (ChannelClosed, PostRefused):
            return  # `/jobs` says it

    async def _delete_clip(self, job: Job) -> bool:
        """Delete the message with the clip; whether that can be done at all: no token is kept to delete an answer."""
        if job.route not in (Route.CHANNEL, Route.DIRECT):
            return False
        message = self._clip_message(job)
        await unless_gone(self._in_open_thread(message.channel.id, message.delete))
        return True

    async def _delete_copy(self, job: Job) -> None:
        """Delete the copy in the showcase, also one of which only the intent was written down."""
        if job.share_channel_id:
            room = self._channel(job.share_channel_id, job.guild_id)
            copy = (
                room.get_partial_message(job.share_message_id)
                if job.share_message_id
                else await own_message(self._bot, room, job, job.shared_at or job.created_at)
            )
            if copy:
                await unless_gone(copy.delete())

    async def _say_removed(self, job: Job, takes: Sequence[Job]) -> None:
        if job.status_message_id is None:
            return
        message = self._asked_in(job).get_partial_message(job.status_message_id)
        try:
            with told_as_posting_errors():
                text = clips.removed(job, takes)
                edit = self._in_open_thread(job.channel_id, lambda: _edit(message, text, None))
                await unless_gone(edit)
        except (ChannelClosed, EditsSpent, PostRefused):
            return  # the clip is gone, which is what counts


async def _edit(message: discord.PartialMessage, text: str, view: discord.ui.View | None) -> None:
    try:
        await message.edit(content=text, view=view)
    except discord.RateLimited as error:
        # discord.py does not say which limit it was where it would have to wait for long.
        if discord.utils.utcnow() - message.created_at > _OLD:
            raise EditsSpent(f"Discord asks to wait {error.retry_after:.0f} s to edit an old message") from error
        raise


def _has_answer_only(job: Job) -> bool:
    """Whether the answer to the command is all that shows the job where it was asked for."""
    in_direct_messages = not job.guild_id and job.installed is Installed.SERVER
    return job.installed is Installed.USER or (job.private and not in_direct_messages)


def _must_be_known(status: Status) -> bool:
    return status.waits is not None or status.state in (JobState.FAILED, JobState.CANCELLED)
