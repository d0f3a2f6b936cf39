"""The button that takes a clip down, and the form in which that is confirmed."""

from collections.abc import Sequence
from contextlib import suppress

import discord
from discord import ui

from cogs.buttons import JOB_ID, KeyedButton
from cogs.clip.pressing import in_time, job_of
from cogs.moderation.group import moderated_server, moderates
from cogs.people import deed_of, installed_by
from cogs.refusals import Refusal
from cogs.rooms import rooms_of
from cogs.telling import Form
from cogs.words import buttons, moderation
from engine import Installed, Job, RemovalOutcome

_OPEN_SECONDS = 30 * 60


class DeleteButton(KeyedButton, kind="delete", key=JOB_ID):
    """For the clip's member and moderators; of several takes it deletes all, since they are one message."""

    def __init__(self, key: str, label: str = buttons.DELETE) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Ask whether it shall go for good, or say why it cannot."""
        engine = rooms_of(interaction).engine

        async def form() -> DeleteForm | None:
            job, may_all = await job_of(interaction, self.key), await moderates(interaction)
            if job and job.removed_at and _is_out_of_reach(interaction, job):
                return None
            sentence = moderation.cannot_delete(job, interaction.user.id, moderates=may_all)
            if job is None or sentence:
                raise Refusal(sentence)
            return DeleteForm(job, await engine.takes(job), interaction.user.id)

        if question := await in_time(form()):
            await interaction.response.send_modal(question)
        else:  # removed already, when nothing reached its message
            await interaction.response.defer()
            await _delete_here(interaction)


class DeleteForm(Form, title=buttons.DELETE):
    """Asks once more, because the credits stay spent."""

    def __init__(self, job: Job, takes: Sequence[Job], user_id: int) -> None:
        super().__init__(timeout=_OPEN_SECONDS)
        self._job = job  # one that was posted: no clip may have come of other takes
        self._takes = takes
        self._answer: ui.RadioGroup[DeleteForm] = ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label=buttons.DELETE_FOR_GOOD, value=buttons.DELETE_FOR_GOOD, default=True),
                discord.RadioGroupOption(label=buttons.KEEP, value=buttons.KEEP),
            ]
        )
        self.add_item(ui.TextDisplay(moderation.delete_question(takes, user_id)))
        self.add_item(ui.Label(text=buttons.SURE, component=self._answer))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Have the clip taken down by those who may, and say what became of it."""
        await interaction.response.defer()
        if self._answer.value != buttons.DELETE_FOR_GOOD:
            return
        removed = await rooms_of(interaction).engine.remove(
            self._job.id,
            deed_of(interaction),
            refund=False,
            moderates_guild=await moderated_server(interaction),
        )
        gone = removed.outcome in (RemovalOutcome.REMOVED, RemovalOutcome.ALREADY)
        if gone and _is_out_of_reach(interaction, self._job):
            await _delete_here(interaction)
        said = moderation.removed(removed, self._takes, interaction.user.id)
        await interaction.followup.send(said, ephemeral=True)


def _is_out_of_reach(interaction: discord.Interaction, job: Job) -> bool:
    """Whether only an interaction on the clip's message can delete it.

    The bot may not be there, or one member alone may see it; and of a member whose data is deleted nothing says any
    more which message it was.
    """
    message = interaction.message
    alone = message is not None and message.flags.ephemeral
    return alone or installed_by(interaction) is Installed.USER or job.clip_message_id is None


async def _delete_here(interaction: discord.Interaction) -> None:
    """Delete the message of a deferred interaction, unless that has been done."""
    with suppress(discord.NotFound):
        await interaction.delete_original_response()
