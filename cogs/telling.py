"""Where errors are told: one sentence for the member, the rest for the log."""

import logging
from typing import Any

import aiohttp
import discord
from discord import app_commands, ui

from cogs.people import server_of
from cogs.refusals import sentence_for
from cogs.text import whole
from cogs.words import clips, refusals

log = logging.getLogger(__name__)

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_UNKNOWN_INTERACTION = 10062
_ACKNOWLEDGED = 40060

_TAKEN = "taken by a form"
"""What a form notes on the interaction that it answers."""


async def tell_error(interaction: discord.Interaction, error: Exception, what: str) -> None:
    """Answer an interaction that ended in an error; `what` names it in the log."""
    cause = _cause(error)
    if _is_another_matter(interaction, cause):
        log.warning("%s could not be acknowledged: %s", what, cause)
        return
    if isinstance(cause, app_commands.MissingPermissions):
        sentence: str | None = refusals.NOT_A_MODERATOR
    else:
        sentence = sentence_for(cause, outside=not server_of(interaction))
    if sentence is None:
        log.error("%s broke", what, exc_info=cause)
        sentence = refusals.SOMETHING_BROKE
    try:
        await _answer(interaction, sentence)
    except Exception as problem:  # expired, out of reach or garbled
        _warn_unanswered(problem)


def _warn_unanswered(problem: Exception) -> None:
    expected = isinstance(problem, discord.HTTPException | aiohttp.ClientError | OSError)
    log.warning("an answer could not be given: %s", type(problem).__name__, exc_info=not expected)


def _is_another_matter(interaction: discord.Interaction, cause: Exception) -> bool:
    """Whether there is nobody to tell: it came too late, or a second time and is answered already."""
    refused = isinstance(cause, discord.HTTPException) and cause.code in (_UNKNOWN_INTERACTION, _ACKNOWLEDGED)
    return refused and not interaction.response.is_done()


async def _answer(interaction: discord.Interaction, sentence: str) -> None:
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(sentence, ephemeral=True)
        except discord.HTTPException as error:
            if error.code != _ACKNOWLEDGED:  # it is, if the answer to the acknowledgement was cut off
                raise
        else:
            return
    await interaction.followup.send(sentence, ephemeral=True)


def _cause(error: Exception) -> Exception:
    """What is behind discord.py's error: it wraps what a command, an option or a check raises."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    wrapped = error.__cause__ if isinstance(error, app_commands.AppCommandError) else None
    return wrapped if isinstance(wrapped, Exception) else error


async def refuse(interaction: discord.Interaction, sentence: str, *, private: bool = False) -> None:
    """Tell the member alone why not, in place of an answer that was deferred, `private` or for all to see."""
    if private:
        await interaction.edit_original_response(content=sentence)
        return
    # The first message after a deferral takes over its visibility, so the deferral is settled first.
    await interaction.edit_original_response(content=clips.LOOKING)
    await interaction.followup.send(sentence, ephemeral=True)
    await interaction.delete_original_response()


def written(field: ui.TextInput[Any]) -> str:
    """What was written into a field of a form: nothing else has looked at it, as the tree does at options."""
    return whole(field.value).strip()


class Form(ui.Modal):
    """A form that answers in any case; one that this process does not know any more is told by `tell_forgotten`."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Take what was sent; nothing is waited for before."""
        interaction.extras[_TAKEN] = True
        return True

    # discord.py calls a modal's without the item that a view's gets.
    async def on_error(self, interaction: discord.Interaction, error: Exception) -> None:  # type: ignore[override]
        """Tell whoever sent it in one sentence, and the log the rest."""
        interaction.extras[_TAKEN] = True  # also where the fields could not be read
        await tell_error(interaction, error, f"the form {self.title}")


async def tell_forgotten(interaction: discord.Interaction) -> None:
    """Answer a form that was opened before a restart, or too long ago: discord.py knows only those that are open here.

    To be called from `on_interaction`, which begins after the form's own task: one that is known has taken it by then.
    """
    if interaction.type is not discord.InteractionType.modal_submit or _TAKEN in interaction.extras:
        return
    log.info("a form was sent that is not open any more")
    try:
        await interaction.response.send_message(refusals.FORM_TOO_OLD, ephemeral=True)
    except Exception as error:
        if not _is_another_matter(interaction, error):
            _warn_unanswered(error)
