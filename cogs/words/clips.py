"""A clip on its way: what its status message says, and its line in the list of `/jobs`."""

from collections import Counter
from collections.abc import Sequence

from discord.utils import format_dt

from cogs.text import credits, duration, harmless, plain
from cogs.words.links import clip_link, status_link
from engine import (
    Cancelled,
    CancelOutcome,
    Failure,
    Job,
    JobState,
    Mend,
    NoEffect,
    ProviderSays,
    SoundMend,
    Status,
)

_BAR_CELLS = 10
_MOST_CHARACTERS = 2000

LOOKING = "Looking at your picture…"
NO_JOBS = "You have no clips yet: make one with `/animate`."

_FAILURES = {
    Failure.INPUT_REFUSED: "The video service did not accept the picture or the options{detail}.",
    Failure.MODERATION: "The video service refused this for its content: try another picture or other words.",
    Failure.OPERATOR: "The video service takes no orders from this bot now: its operator has to look.",
    Failure.PROVIDER_BUSY: "The video service is too busy: try again later.",
    Failure.PROVIDER_UNREACHABLE: "The video service cannot be reached: try again later.",
    Failure.PROVIDER_FAILED: "The video service could not make this clip: try again, perhaps with other words.",
    Failure.OUTCOME_UNKNOWN: "The connection broke while the clip was being ordered: please use `/animate` again.",
    Failure.TIMED_OUT: "The video service did not finish this clip in time: try again later.",
    Failure.RESULT_LOST: "The finished clip could not be fetched from the video service: try again.",
    Failure.CHANNEL_CLOSED: "I could post the clip nowhere, and nobody came for it with `/jobs`: try another channel.",
    Failure.CLIP_TOO_LARGE: "The clip is too large for the upload limit here: try a shorter one or 720P.",
    Failure.NOT_POSTED: "Discord did not take the clip here: try again, or in another channel.",
    Failure.RESTORED: "The bot was set back to an earlier state and cannot tell what became of this clip: try again.",
    Failure.CANCELLED: "Cancelled.",
}

_NOTES: dict[str, str] = {
    SoundMend.EXTRACTED: "the soundtrack was taken out of the film",
    SoundMend.CONVERTED: "the soundtrack was converted to MP3",
    SoundMend.CUT: "the soundtrack was cut to 30 s",
    NoEffect.PROMPT_BESIDE_TEMPLATE: "the prompt has no effect beside a template",
    NoEffect.SHOTS_WITHOUT_REWRITE: "several shots have no effect without rewriting the prompt",
    NoEffect.SILENCE_BESIDE_SOUNDTRACK: "silence has no effect beside a soundtrack",
    Mend.STILL: "only the first frame of the animation is used",
    Mend.FLATTENED: "transparent parts were filled with white",
    Mend.TURNED: "the picture was turned upright",
    Mend.SCALED_DOWN: "the picture was scaled down to what the video service takes",
    Mend.SCALED_UP: "the picture was scaled up to what the video service takes, so the clip may look soft",
    Mend.RECOMPRESSED: "the picture was compressed to what the video service takes",
}

_CANCEL = {
    CancelOutcome.CANCELLED: "Cancelled: the credits are back.",
    CancelOutcome.TOO_LATE: "Too late to cancel: the clip is being made, and the video service cannot stop it.",
    CancelOutcome.ENDED: "There is nothing to cancel: this clip has ended already.",
    CancelOutcome.NOT_YOURS: "Only the member who asked for this clip, or a moderator, can cancel it.",
    CancelOutcome.UNKNOWN: "I do not know this clip any more.",
}

_HEADLINES = {
    JobState.QUEUED: "⏳ waiting",
    JobState.SUBMITTING: "🎬 generating",
    JobState.RUNNING: "🎬 generating",
    JobState.READY: "📤 posting",
    JobState.POSTING: "📤 posting",
    JobState.DONE: "✅ done",
    JobState.FAILED: "⚠️ failed",
    JobState.CANCELLED: "🚫 cancelled",
}

_PROVIDER = {ProviderSays.WAITING: "the video service has it in its queue", ProviderSays.MAKING: "it is being made"}

_TAKES = {
    JobState.DONE: "posted",
    JobState.POSTING: "ready",
    JobState.READY: "ready",
    JobState.RUNNING: "being made",
    JobState.SUBMITTING: "being made",
    JobState.QUEUED: "waiting",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}
"""How takes are counted in a batch's status, in this order."""


def settings_line(job: Job, takes: int = 1, charged: int | None = None) -> str:
    """The settings of a clip in small print; those of several takes have a seed each, which is not named.

    `charged` is how many of the takes are, where some were paid back.
    """
    options = job.options
    sound = "with sound" if options.audio else "silent"
    parts = [
        f"{takes} takes of {options.duration_seconds} s" if takes > 1 else f"{options.duration_seconds} s",
        options.resolution,
        options.model or "",
        "own soundtrack" if job.soundtrack else sound,
        "multi-shot" if options.shots == "multi" else "",
        f"template {harmless(options.template, 40)}" if options.template else "",
        "" if options.rewrite else "prompt as written",
        "watermark" if options.watermark else "",
        f"seed {options.seed}" if takes == 1 else "",
        credits(job.price * (takes if charged is None else charged)),
    ]
    return " · ".join(part for part in parts if part)


def settings_of(takes: Sequence[Job]) -> str:
    """The settings of an order with all its takes, and what they cost together."""
    told = told_by(takes)
    return settings_line(told[0], len(told), still_charged([take.state for take in told]))


def told_by(takes: Sequence[Job]) -> Sequence[Job]:
    """The takes that count of an order: those that were made, as in the clip's message; all as long as none is."""
    return [take for take in takes if take.state is JobState.DONE] or takes


def status(job: Job, now: Status) -> str:
    """The status message of a job, or of a batch by its first take; once the clip is there it is one line."""
    line = _status_line(job, now)
    if now.state is JobState.DONE and not _is_removed(job, now):
        return f"{line} · <@{job.member_id}>"
    states = [take.state for take in now.takes] or [now.state]
    settings = settings_line(job, len(states), still_charged(states))
    lines = [line, *_counted(now.takes), f"-# <@{job.member_id}> · {settings}"]
    notes = [_NOTES[note] for note in job.notes if note in _NOTES]
    if notes and not now.state.final:
        lines.append(f"-# Note: {', '.join(notes)}.")
    return "\n".join(lines)


def still_charged(states: Sequence[JobState]) -> int:
    """How many takes of an order are charged; of one that came to nothing all were, beside what it says is back."""
    return sum(state not in (JobState.FAILED, JobState.CANCELLED) for state in states) or len(states)


def told_directly(job: Job, now: Status) -> str:
    """What a status message would have said, where it cannot be shown, in the member's direct messages."""
    return f"About the clip that you asked for {format_dt(job.created_at, 'R')}:\n{status(job, now)}"


def removed(job: Job, takes: Sequence[Job]) -> str:
    """The status message of a clip that was taken down, with all takes that were on its message."""
    return f"{_taken_down(job)}\n-# <@{job.member_id}> · {settings_of(takes)}"


def _taken_down(job: Job) -> str:
    return "🗑️ **Deleted** by its member." if job.removed_by == job.member_id else "🗑️ **Removed** by a moderator."


def _is_removed(job: Job, now: Status) -> bool:
    return job.removed_at is not None or now.removed


def _status_line(job: Job, now: Status) -> str:
    match now.state:
        case JobState.QUEUED:
            place = f"place {now.place} in the queue" if now.place else "in the queue"
            waits = " · the video service is busy, I keep trying" if now.provider_waits else ""
            return f"⏳ **Waiting**: {place}{waits}"
        case JobState.RUNNING | JobState.SUBMITTING:
            return f"🎬 **Generating** {_progress(now)}"
        case JobState.READY | JobState.POSTING if now.waits:
            until = f"{format_dt(now.waits, 'f')} ({format_dt(now.waits, 'R')})"
            return (
                "📦 **Ready, and kept for you**: I could not post it, and your direct messages are closed to me. "
                f"Get it with `/jobs` until {until}."
            )
        case JobState.READY | JobState.POSTING:
            return "📤 **Posting** the finished clip"
        case JobState.DONE if _is_removed(job, now):
            return _taken_down(job)
        case JobState.DONE:
            return _done(job, now)
        case _:
            headline = "🚫" if now.state is JobState.CANCELLED else "⚠️ **No clip.**"
            back = credits(job.price * (len(now.takes) or 1)).capitalize()
            return f"{headline} {failure(now.failure, now.detail)} {back} returned."


def _done(job: Job, now: Status) -> str:
    link = clip_link(job, now.clip_message_id, now.clip_channel_id)
    missing = len(now.takes) - sum(take.state is JobState.DONE for take in now.takes)
    some = f" {len(now.takes) - missing} of {len(now.takes)} takes" if missing else ""
    return f"✅ **Done**{some}{f': {link}' if link else ''}"


def _counted(takes: Sequence[Status]) -> list[str]:
    """How far the takes of a batch are, where they are not all as far as each other."""
    counts = Counter(_TAKES[take.state] for take in takes)
    if len(counts) < 2:
        return []
    return [f"Takes: {', '.join(f'{counts[word]} {word}' for word in dict.fromkeys(_TAKES.values()) if counts[word])}"]


def _progress(now: Status) -> str:
    expected = max(now.expected_seconds or 0, 1)
    says = f" · {_PROVIDER[now.provider_says]}" if now.provider_says else ""
    if now.elapsed_seconds >= expected:
        late = f"{duration(now.elapsed_seconds)}, longer than the usual {duration(expected)}"
        return f"{'▰' * _BAR_CELLS} {late}{says}"
    share = now.elapsed_seconds / expected
    filled = round(share * _BAR_CELLS)
    bar = "▰" * filled + "▱" * (_BAR_CELLS - filled)
    return f"{bar} {share * 100:.0f} % · {duration(now.elapsed_seconds)} of about {duration(expected)}{says}"


def failure(why: Failure | None, detail: str = "") -> str:
    """Why there is no clip."""
    words = f" ({harmless(detail, 200)})" if detail else ""
    return _FAILURES[why or Failure.PROVIDER_FAILED].format(detail=words)


def cancel(done: Cancelled) -> str:
    """What became of a wish to cancel; of several takes perhaps not all are cancelled."""
    counts = Counter(done.outcomes)
    gone, late, over = (counts[one] for one in (CancelOutcome.CANCELLED, CancelOutcome.TOO_LATE, CancelOutcome.ENDED))
    if gone in (0, len(done.outcomes)):
        return _CANCEL[done.outcome]
    others = [f"{late} {'is' if late == 1 else 'are'} being made already"] if late else []
    others += [f"{over} {'has' if over == 1 else 'have'} ended already"] if over else []
    takes = f"{gone} of {len(done.outcomes)} takes {'is' if gone == 1 else 'are'} cancelled"
    return f"{takes}, {credits(done.refunded)} returned; {', '.join(others)}."


def job_line(job: Job, now: Status) -> str:
    """A job in the list of `/jobs`."""
    link = status_link(job) if job.removed_at else clip_link(job) or status_link(job)
    where = f" · {link}" if link else ""
    why = f"\n  {failure(job.failure, job.detail)}" if job.state is JobState.FAILED else ""
    take = f" · take {job.take}" if job.batch_id else ""
    settings = f"{job.options.duration_seconds} s {job.options.resolution}"
    when = format_dt(job.created_at, "R")
    return f"- {_headline(job, now)} · {_what(job, 60)}{take} · {settings} · {when}{where}{why}"


def _headline(job: Job, now: Status) -> str:
    if job.removed_at:
        return "🗑️ removed"
    if now.waits:
        return f"📦 kept for you until {format_dt(now.waits, 'f')}"
    place = f", place {now.place}" if now.state is JobState.QUEUED and now.place else ""
    return _HEADLINES[job.state] + place


def _what(job: Job, most_characters: int) -> str:
    return harmless(job.options.prompt, most_characters) if job.options.prompt else f"`{job.id}`"


def listing(lines: list[str]) -> str:
    """As many lines as fit into one message."""
    text = lines[0]
    for line in lines[1:]:
        if len(text) + len(line) >= _MOST_CHARACTERS:
            break
        text += f"\n{line}"
    return text


def cancel_label(job: Job) -> str:
    """The label of a button that cancels one of several jobs."""
    return plain(f"Cancel: {job.options.prompt or job.id}", 40)
