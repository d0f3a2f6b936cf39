"""What is below a clip, in words: the buttons, their forms, what they tell, and why they do nothing."""

from collections.abc import Mapping

from discord.utils import format_dt

from cogs.text import credits, harmless
from engine import (
    AgeRestricted,
    CannotDo,
    ChannelClosed,
    Choice,
    ClipGone,
    ClipTooLarge,
    FrameGone,
    FullQuality,
    Job,
    JobState,
    NoShowcase,
    NothingBetter,
    NotShareable,
    NotYours,
    PostingError,
    PostRefused,
    Shared,
)

AGAIN, REMIX, FINAL, EXTEND = "Again", "Remix", "Final", "Extend"
DETAILS, FULL_QUALITY, SHARE, DELETE = "Details", "Full quality", "Share", "Delete"
DELETE_FOR_GOOD, KEEP, SURE = "Delete for good", "Keep it", "Sure?"

_MOST_OF_A_LINK = 1800

LENGTH = "Length"
WHAT_NEXT = "What happens next"
WHAT_NEXT_HINT = "It goes on from the last picture of the clip"

UNKNOWN = "I do not know this clip any more."
TOO_SLOW = "I am slow right now: please press once more. Nothing was charged."

_NOT_FINISHED = "This clip is not finished yet: press again once it is there."
_FORGOTTEN = "The member who asked for this clip had their data deleted, so I know nothing of it any more."
_NO_CLIP = "No clip came of this, and its credits were returned."

_CANNOT: Mapping[type[CannotDo], str] = {
    NotYours: "Only the member who asked for this clip, or a moderator, can do this.",
    ClipGone: "This clip cannot be had any more, so nothing can be made of it. Nothing was charged.",
    FrameGone: (
        "The picture or the soundtrack of this clip is not kept any more: attach it again with `/animate`. "
        "Nothing was charged."
    ),
    NothingBetter: "There is nothing better: this clip is the best that its model makes here. Nothing was charged.",
    AgeRestricted: (
        "This clip was made in an age-restricted channel, and the showcase channel is not one: it cannot go there."
    ),
    NotShareable: "Only clips that everybody in this server may see can be shared.",
    NoShowcase: "There is no showcase channel here: a moderator can choose one with `/server set`.",
}


def final_label(job: Job) -> str:
    """The button for the final of one of several takes."""
    return f"{FINAL} {job.take}"


def vote_label(job: Job, count: int) -> str:
    """The button for a take, with how many are for it."""
    return f"{job.take} · {votes(count)}"


def votes(count: int) -> str:
    """How many are for a take."""
    return "1 vote" if count == 1 else f"{count:,} votes"


def nothing_there(job: Job | None) -> str | None:
    """Why a button below a clip does nothing, or None where the clip is there."""
    if job is None:
        return UNKNOWN
    if job.interaction_id < 0:
        return _FORGOTTEN
    if job.removed_at:
        return f"This clip was taken down {format_dt(job.removed_at, 'R')}."
    if job.state is JobState.DONE:
        return None
    return _NO_CLIP if job.state.final else _NOT_FINISHED


def cannot(error: CannotDo) -> str:
    """Why a press came to nothing."""
    return next((sentence for kind, sentence in _CANNOT.items() if isinstance(error, kind)), UNKNOWN)


def out_of_reach(error: PostingError) -> str:
    """Why the clip itself could not be fetched from where it is posted."""
    if isinstance(error, ChannelClosed | PostRefused):
        return _CANNOT[ClipGone]
    return "Discord did not hand me the clip: please press again in a minute. Nothing was charged."


def choice(offered: Choice) -> str:
    """A length with its price."""
    return f"{offered.seconds} s · {credits(offered.price)}"


def final_form(resolution: str, only: Choice | None) -> str:
    """What a final is, above the lengths that can be chosen, or with the only one."""
    length = f" It is {choice(only).replace(' · ', ' long and costs ')}." if only else ""
    return f"The same picture, words and seed once more, in {resolution}.{length}"


def extend_form(only: Choice | None) -> str:
    """What an extension is, above the lengths that can be chosen, or with the only one."""
    length = f" {choice(only).replace(' · ', ' more cost ')}." if only else ""
    return f"Goes on from the last picture, and both parts become one clip. Only the new seconds are charged.{length}"


def full_quality(found: FullQuality) -> str:
    """Where a clip is as it was made, and until when."""
    until = f"{format_dt(found.until, 'f')} ({format_dt(found.until, 'R')})"
    if found.url is None:
        return (
            f"The video service kept this clip as it was made until {until}, so that is gone: "
            "what is posted here is the best there is."
        )
    link = f"[This clip as it was made](<{_address(found.url)}>), before it was made smaller."
    if len(link) > _MOST_OF_A_LINK:
        return "The address of this clip at the video service is too long for a message here."
    part = "" if found.whole else " It has the new part only, not the clip that it continues."
    return f"{link}{part}\n-# Works until {until}."


def _address(url: str) -> str:
    """An address that cannot end the link that it stands in."""
    return "".join(f"%{ord(one):02X}" if one in "<>() \n\\" else one for one in url)


def shared(done: Shared, link: str) -> str:
    """That a copy of the clip is in the showcase."""
    if done.fresh:
        return f"Shared in <#{done.channel_id}>: {link}"
    return f"This clip is in <#{done.channel_id}> already: {link}"


def not_shared(error: PostingError) -> str:
    """Why there is no copy in the showcase yet, or perhaps none."""
    if isinstance(error, ChannelClosed):
        return (
            "I may not post in the showcase channel: a moderator can give me *Send Messages* and *Attach Files* there."
        )
    if isinstance(error, PostRefused | ClipTooLarge):
        return "Discord does not take this clip in the showcase channel, so it is not shared."
    return "Discord did not answer: press *Share* again in a minute, and the clip will still be there only once."


def showcase(job: Job, original: str, most_characters: int = 300, *, with_prompt: bool = True) -> str:
    """The message with the copy of a clip: whose it is, and where it was made."""
    by = f", shared by <@{job.shared_by}>" if job.shared_by and job.shared_by != job.member_id else ""
    lines = [f"🎞️ By <@{job.member_id}>{by} · {original}"]
    if job.options.prompt and with_prompt:
        lines.append(f"> {harmless(job.options.prompt, most_characters)}")
    return "\n".join(lines)
