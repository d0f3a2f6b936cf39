"""A clip on its way: its status, its message, its line in the list."""

from discord.utils import format_dt

from cogs.text import credits, duration, harmless, shortened
from engine import CancelOutcome, Failure, Job, JobState, Mend, NoEffect, SoundMend, Status

_PROMPT_SHOWN = 300
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
    Failure.CHANNEL_CLOSED: "I may not post in this channel any more: ask a moderator, or use another channel.",
    Failure.CLIP_TOO_LARGE: "The clip is too large for this channel's upload limit: try a shorter one or 720P.",
    Failure.NOT_POSTED: "Discord did not take the clip here: try again, or in another channel.",
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


def settings_line(job: Job) -> str:
    """The settings of a clip in small print."""
    options = job.options
    sound = "with sound" if options.audio else "silent"
    parts = [
        f"{options.duration_seconds} s",
        options.resolution,
        options.model or "",
        "own soundtrack" if job.soundtrack else sound,
        "multi-shot" if options.shots == "multi" else "",
        f"template {harmless(options.template, 40)}" if options.template else "",
        "" if options.rewrite else "prompt as written",
        "watermark" if options.watermark else "",
        f"seed {options.seed}",
        credits(job.price),
    ]
    return " · ".join(part for part in parts if part)


def status(job: Job, now: Status) -> str:
    """The status message of a job."""
    lines = [
        _status_line(job, now),
        f"-# <@{job.member_id}> · {settings_line(job)}",
    ]
    notes = [_NOTES[note] for note in job.notes if note in _NOTES]
    if notes and not now.state.final:
        lines.append(f"-# Note: {', '.join(notes)}.")
    return "\n".join(lines)


def removed(job: Job) -> str:
    """The status message of a clip that was taken down."""
    return f"{_taken_down(job)}\n-# <@{job.member_id}> · {settings_line(job)}"


def _taken_down(job: Job) -> str:
    return "🗑️ **Deleted** by its member." if job.removed_by == job.member_id else "🗑️ **Removed** by a moderator."


def _status_line(job: Job, now: Status) -> str:
    match now.state:
        case JobState.QUEUED:
            place = f"place {now.place} in the queue" if now.place else "in the queue"
            waits = " · the video service is busy, I keep trying" if now.provider_waits else ""
            return f"⏳ **Waiting**: {place}{waits}"
        case JobState.RUNNING | JobState.SUBMITTING:
            return f"🎬 **Generating** {_progress(now)}"
        case JobState.READY | JobState.POSTING:
            return "📤 **Posting** the finished clip"
        case JobState.DONE if job.removed_at:
            return _taken_down(job)
        case JobState.DONE:
            return f"✅ **Done**: {message_link(job, job.clip_message_id)}"
        case _:
            headline = "🚫" if now.state is JobState.CANCELLED else "⚠️ **No clip.**"
            return f"{headline} {failure(now.failure, now.detail)} {credits(job.price).capitalize()} returned."


def _progress(now: Status) -> str:
    expected = max(now.expected_seconds or 0, 1)
    if now.elapsed_seconds >= expected:
        return f"{'▰' * _BAR_CELLS} {duration(now.elapsed_seconds)}, longer than the usual {duration(expected)}"
    filled = round(now.elapsed_seconds / expected * _BAR_CELLS)
    bar = "▰" * filled + "▱" * (_BAR_CELLS - filled)
    return f"{bar} {duration(now.elapsed_seconds)} of about {duration(expected)}"


def failure(why: Failure | None, detail: str = "") -> str:
    """Why there is no clip."""
    words = f" ({harmless(detail, 200)})" if detail else ""
    return _FAILURES[why or Failure.PROVIDER_FAILED].format(detail=words)


def clip(job: Job) -> str:
    """The message that carries a finished clip."""
    lines = [f"<@{job.member_id}> your clip is ready."]
    if job.options.prompt:
        lines.append(f"> {harmless(job.options.prompt, _PROMPT_SHOWN)}")
    took = (job.ready_at - job.created_at).total_seconds() if job.ready_at else 0
    lines.append(f"-# {settings_line(job)} · took {duration(took)}")
    return "\n".join(lines)


def alt_text(job: Job) -> str:
    """What the clip shows, for people who cannot see it."""
    return f"A clip of {job.options.duration_seconds} s: {job.options.prompt or 'the attached picture, moving'}"[:1024]


def cancel(outcome: CancelOutcome) -> str:
    return _CANCEL[outcome]


def job_line(job: Job, now: Status) -> str:
    """A job in the list of `/jobs`."""
    headline = "🗑️ removed" if job.removed_at else _HEADLINES[job.state]
    if now.state is JobState.QUEUED and now.place:
        headline += f", place {now.place}"
    link = message_link(job, job.status_message_id if job.removed_at else job.clip_message_id or job.status_message_id)
    where = f" · {link}" if link else ""
    why = f"\n  {failure(job.failure, job.detail)}" if job.state is JobState.FAILED else ""
    what = harmless(job.options.prompt, 60) if job.options.prompt else f"`{job.id}`"
    when = format_dt(job.created_at, "R")
    return f"- {headline} · {what} · {job.options.duration_seconds} s {job.options.resolution} · {when}{where}{why}"


def message_link(job: Job, message_id: int | None) -> str:
    """Where a message of the job is, or nothing where there is none."""
    return f"https://discord.com/channels/{job.guild_id or '@me'}/{job.channel_id}/{message_id}" if message_id else ""


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
    return shortened(f"Cancel: {job.options.prompt or job.id}", 40)
