"""What moderators did about a member, about words, about a clip: from what to what."""

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.text import because, code, covered, credits, harmless
from cogs.words import clips
from cogs.words.links import clip_link
from cogs.words.records import person
from engine import Block, Changed, Job, JobState, RemovalOutcome, Removed, Status

_MOST_CHARACTERS = 2000
_WORDS_SHOWN = (1500, 600, 250)

NOT_A_CLIP = "This message is no clip of mine: choose one in which I posted a clip, or showed how far it is."
NO_BLOCKS = "Nobody is blocked here."
NO_WORDS = "There are no refused words here: add some with `/words add`."
LIST_FULL = "The list is full: take a phrase off with `/words remove` first. Nothing changed."
NOTHING_TO_REFUSE = "A word or phrase needs at least one letter or digit. Nothing changed."


def blocked(member_id: int, change: Changed[Block | None], cancelled: int) -> str:
    """A member is blocked now."""
    if change.same:
        text = f"Nothing changed: <@{member_id}> was blocked already, {_block(change.before)}."
    else:
        text = f"<@{member_id}> is blocked {_block(change.after)} (before: {_block(change.before)})."
    if cancelled:
        text += f" {_waiting_clips(cancelled)} cancelled, and the credits are back."
    return text


def lifted(member_id: int, change: Changed[Block | None], reason: str) -> str:
    """A member may order again."""
    if change.before is None:
        return f"Nothing changed: <@{member_id}> is not blocked."
    return f"<@{member_id}> can make clips again (before: blocked {_block(change.before)}).{because(reason)}"


def block_line(block: Block) -> str:
    """One of the members who are blocked."""
    by = f"by <@{block.actor_id}>" if block.actor_id else "on its own"
    return f"- <@{block.member_id}> {_block(block, 60)} · since {format_dt(block.created_at, 'f')} {by}"


def _block(block: Block | None, most_characters: int = 100) -> str:
    if block is None:
        return "not blocked"
    until = "for good" if block.until is None else f"until {format_dt(block.until, 'f')}"
    return f"{until}, “{harmless(block.reason, most_characters)}”" if block.reason else until


def _waiting_clips(count: int) -> str:
    return "1 waiting clip was" if count == 1 else f"{count:,} waiting clips were"


def phrase_added(phrase: str, *, fresh: bool) -> str:
    """Words are refused now; covered, since over somebody's shoulder they are not to be read."""
    if not fresh:
        return f"Nothing changed: {covered(phrase, 100)} was refused already."
    return f"{covered(phrase, 100)} is refused from now on, also in the usual disguises (before: allowed)."


def phrase_removed(phrase: str, *, fresh: bool) -> str:
    if not fresh:
        return f"Nothing changed: {covered(phrase, 100)} is not on the list."
    return f"{covered(phrase, 100)} is allowed again (before: refused)."


def phrase_line(phrase: str) -> str:
    """One of the refused words, for moderators' eyes."""
    return f"- {code(phrase, 100)}"


def asked_for(takes: Sequence[Job], status: Status) -> str:
    """Who asked for a clip, for what, and what became of it; the words of the member as far as a message holds them."""
    texts = (_asked_for(takes, status, most) for most in _WORDS_SHOWN)
    return next(text for text in texts if len(text) <= _MOST_CHARACTERS)


def _asked_for(takes: Sequence[Job], status: Status, most_characters: int) -> str:
    job = clips.told_by(takes)[0]
    lines = [
        f"{person(job.member_id)} asked for this {format_dt(job.created_at, 'f')} ({format_dt(job.created_at, 'R')}).",
        f"- Clip {code(job.id, 20)}: {clips.settings_of(takes)}",
        f"- {_fate(job, status, len(takes))}",
    ]
    options = job.options
    if options.prompt:
        lines.append(f"- Prompt: {harmless(options.prompt, most_characters)}")
    if options.negative_prompt:
        lines.append(f"- Not wanted: {harmless(options.negative_prompt, most_characters // 4)}")
    return "\n".join(lines)


def _fate(job: Job, status: Status, takes: int) -> str:
    if job.removed_at:
        whose = "Deleted by its member" if job.removed_by == job.member_id else f"Removed by <@{job.removed_by}>"
        return f"{whose} {format_dt(job.removed_at, 'f')}"
    if status.state is JobState.DONE:
        return f"Posted: {clip_link(job) or 'where only its member sees it'}"
    if status.state.final:
        back = credits(job.price * takes).capitalize()
        return f"No clip: {clips.failure(status.failure, status.detail)} {back} returned"
    return "Not finished yet: its *Cancel* button stops it while it waits"


def why_not_removed(job: Job) -> str | None:
    """Why there is nothing of this job to take down, or None where there is."""
    if job.removed_at:
        return f"Nothing changed: this clip was taken down {format_dt(job.removed_at, 'R')}."
    if job.state is JobState.DONE:
        return None
    if job.state.final:
        return "Nothing changed: no clip came of this, and its credits were returned."
    return "This clip is not finished yet: its *Cancel* button stops it while it waits."


def delete_question(takes: Sequence[Job], user_id: int) -> str:
    """What somebody has to confirm who wants a clip gone, or all takes of one."""
    job, made = takes[0], _made(takes)
    what, stay = ("clip", "Its") if len(made) < 2 else (f"{len(made)} takes", "Their")
    spent = f"{stay} {credits(price_of(takes))} stay spent"
    if job.member_id == user_id:
        return f"Delete your {what} for good? {spent}."
    return (
        f"Remove the {what} of {person(job.member_id)} for good? {spent}; "
        "to return them, use *Remove clip* in the menu of the message instead."
    )


def cannot_delete(job: Job | None, user_id: int, *, moderates: bool) -> str | None:
    """Why this person cannot take the clip down, or None where they can."""
    if job is None:
        return _NOT_REMOVED[RemovalOutcome.UNKNOWN]
    if job.member_id != user_id and not moderates:
        return _NOT_REMOVED[RemovalOutcome.NOT_YOURS]
    return why_not_removed(job)


def removed(removal: Removed, takes: Sequence[Job], user_id: int) -> str:
    """What became of a clip that somebody wanted gone, or of all its `takes`."""
    job = removal.job
    if job is None or removal.outcome in _NOT_REMOVED:
        return _NOT_REMOVED[removal.outcome]
    if removal.outcome is not RemovalOutcome.REMOVED:
        return why_not_removed(job) or _NOT_REMOVED[RemovalOutcome.UNKNOWN]
    made = _made(takes)
    one = len(made) < 2
    stay = f"{'its' if one else 'their'} {credits(price_of(takes))} stay spent"
    back = f"{credits(removal.refunded)} returned" if removal.refunded else stay
    what = "clip" if one else f"{len(made)} takes"
    whose = f"Your {what}" if job.member_id == user_id else f"The {what} of {person(job.member_id)}"
    return f"{whose} {'is' if one else 'are'} gone for good (before: posted), {back}."


def price_of(takes: Sequence[Job]) -> int:
    """What was paid for those takes of an order that came to be."""
    return sum(take.price for take in _made(takes))


def _made(takes: Sequence[Job]) -> list[Job]:
    return [take for take in takes if take.state is JobState.DONE]


_NOT_REMOVED = {
    RemovalOutcome.NOT_YOURS: "Only the member who asked for this clip, or a moderator, can delete it.",
    RemovalOutcome.UNKNOWN: "I do not know this clip any more.",
}
