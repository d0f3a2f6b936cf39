"""All that is below a posted clip, and below several takes of one."""

from collections.abc import Sequence

from discord.ui import View

from cogs.buttons import KeyedButton, rows_of
from cogs.clip.deleting import DeleteButton
from cogs.clip.looking import DetailsButton, FullQualityButton
from cogs.clip.ordering import AgainButton, ExtendButton, FinalButton, RemixButton
from cogs.clip.sharing import ShareButton
from cogs.clip.voting import VoteButton, batch_view
from cogs.rooms import Rooms
from engine import Installed, Job, Route

BUTTONS: tuple[type[KeyedButton], ...] = (
    AgainButton,
    RemixButton,
    FinalButton,
    ExtendButton,
    DetailsButton,
    FullQualityButton,
    ShareButton,
    DeleteButton,
    VoteButton,
)


async def clip_view(rooms: Rooms, jobs: Sequence[Job]) -> View:
    """The buttons below a message with these clips: one, or the takes of a batch that were made."""
    if len(jobs) > 1:
        return batch_view(rooms, jobs, {})
    job = jobs[0]
    makers: list[KeyedButton] = [AgainButton(job.id), RemixButton(job.id)]
    makers += [FinalButton(job.id)] if rooms.sequels.has_final(job) else []
    tellers: list[KeyedButton] = [DetailsButton(job.id)]
    tellers += [FullQualityButton(job.id)] if job.fitted else []
    tellers += [ShareButton(job.id)] if await _can_be_shared(rooms, job) else []
    return rows_of([*makers, ExtendButton(job.id)], [*tellers, DeleteButton(job.id)])


async def _can_be_shared(rooms: Rooms, job: Job) -> bool:
    """Whether all in a server see the clip, and the server has a place for copies."""
    public = job.route is Route.CHANNEL and not job.private and job.installed is Installed.SERVER
    return public and bool((await rooms.servers.settings(job.guild_id)).showcase_channel_id)
