"""Handing a clip over that could be posted nowhere: its member gets it as an answer that only they see."""

import discord

from cogs.buttons import KeyedButton
from cogs.clip_buttons import clip_view
from cogs.refusals import Refusal
from cogs.rooms import Rooms, rooms_of
from cogs.stage import clip_filename, told_as_posting_errors
from cogs.words import hand_over, posted
from engine import HandOver, Job, NoHandOver, PostingError, StageDown


class HandOverButton(KeyedButton, kind="hand-over", key=r"[a-z0-9]{1,20}"):
    """Below the list of `/jobs`: gives a clip that waits to its member."""

    def __init__(self, key: str, label: str = "Get it") -> None:
        super().__init__(key, label, discord.ButtonStyle.primary)

    async def press(self, interaction: discord.Interaction) -> None:
        """Answer with the clip, or say why not."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        rooms = rooms_of(interaction)
        found = await rooms.engine.hand_over(self.key, interaction.user.id, interaction.filesize_limit)
        if isinstance(found, NoHandOver):
            raise Refusal(hand_over.refused(found))
        try:
            message_id = await _answer(interaction, rooms, found)
        except PostingError as error:
            if isinstance(error, StageDown) and error.retry_after_seconds is None:  # it may have come through
                raise Refusal(hand_over.refused(NoHandOver.UNDER_WAY)) from error
            await rooms.engine.not_handed_over(self.key)
            raise Refusal(hand_over.NOT_TAKEN) from error
        except Exception:  # before anything was sent: it waits on as it did
            await rooms.engine.not_handed_over(self.key)
            raise
        await rooms.engine.handed_over(self.key, message_id)


async def _answer(interaction: discord.Interaction, rooms: Rooms, found: HandOver) -> int:
    job, view, file = found.job, await clip_view(rooms, [found.job]), _file(found.job, found)
    with told_as_posting_errors():
        message = await interaction.edit_original_response(
            content=hand_over.message(job),
            attachments=[file],
            view=view,
            allowed_mentions=discord.AllowedMentions.none(),
        )
    return message.id


def _file(job: Job, found: HandOver) -> discord.File:
    name, description = clip_filename(job), posted.alt_text(job)
    return discord.File(found.file, filename=name, description=description, spoiler=job.spoiler)
