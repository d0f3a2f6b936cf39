"""The takes of a batch side by side in one message: a vote for each, and what can be made of them."""

from collections.abc import Mapping, Sequence

import discord
from discord.ui import View

from cogs.buttons import JOB_ID, KeyedButton, rows_of
from cogs.clip.deleting import DeleteButton
from cogs.clip.looking import DetailsButton
from cogs.clip.ordering import AgainButton, FinalButton, RemixButton
from cogs.clip.pressing import asking, clip_of
from cogs.rooms import Rooms, rooms_of
from cogs.words import buttons
from engine import Job, JobState


class VoteButton(KeyedButton, kind="vote", key=JOB_ID):
    """For everybody: one vote a batch, which can be moved and taken back."""

    def __init__(self, key: str, label: str = "") -> None:
        super().__init__(key, label, discord.ButtonStyle.primary)

    async def press(self, interaction: discord.Interaction) -> None:
        """Count it, and have the message show the votes soon."""
        await interaction.response.defer()
        rooms = rooms_of(interaction)
        job = await clip_of(interaction, self.key)
        ballot = await rooms.voting.vote(job.id, await asking(interaction, job))
        batch_id = job.batch_id or job.id

        async def edit() -> None:
            # By the token of the newest press, which also reaches messages that the bot itself does not.
            now = await rooms.voting.ballot(batch_id)
            await interaction.edit_original_response(view=batch_view(rooms, _posted(now.takes), now.votes))

        if _posted(ballot.takes):
            rooms.tally.show(batch_id, edit)


def batch_view(rooms: Rooms, takes: Sequence[Job], votes: Mapping[str, int]) -> View:
    """The buttons below the takes that were made."""
    first = takes[0].id
    finals = [take for take in takes if rooms.sequels.has_final(take)]
    return rows_of(
        [VoteButton(take.id, buttons.vote_label(take, votes.get(take.id, 0))) for take in takes],
        [FinalButton(take.id, buttons.final_label(take)) for take in finals],
        [AgainButton(first), RemixButton(first), DetailsButton(first), DeleteButton(first)],
    )


def _posted(takes: Sequence[Job]) -> list[Job]:
    return [take for take in takes if take.state is JobState.DONE]
