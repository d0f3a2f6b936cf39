"""All that can be told of a clip: its settings, what it cost, where it came from, and every word of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from discord.utils import format_dt

from cogs.text import code, credits, duration, harmless
from cogs.words import buttons
from cogs.words.links import clip_link
from engine import Details, Job, JobState, Relation

_KINDS = {
    Relation.AGAIN: "made again",
    Relation.REMIX: "remixed",
    Relation.FINAL: "made in its final quality",
    Relation.EXTEND: "extended",
}

_MOST_CHARACTERS = 2000
_MOST_OF_A_TAKE = 64


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text, and what is written that did not fit into it, for a file."""

    text: str
    written: str | None = None


def sheet(found: Details) -> Sheet:
    """Every setting of a clip, what it cost, and what it came from; what is written goes whole or into a file."""
    lines = [*_head(found), *_settings(found), *_takes(found)]
    options = found.job.options
    written = {"Prompt": options.prompt, "Not wanted": options.negative_prompt}
    quoted = [f"**{name}**\n> {harmless(text, _MOST_CHARACTERS)}" for name, text in written.items() if text]
    whole = "\n".join([*lines, *quoted])
    if len(whole) <= _MOST_CHARACTERS:
        return Sheet(whole)
    file = "\n\n".join(f"{name}:\n{text}" for name, text in written.items() if text)
    return Sheet("\n".join([*lines, "-# The prompt is in the file."]), file)


def _head(found: Details) -> list[str]:
    job = found.job
    lines = [
        f"**Clip {code(job.id, 20)}** of <@{job.member_id}>",
        f"- Asked for {format_dt(job.created_at, 'f')}{_ready(job)}",
    ]
    if job.relation and job.parent_id:
        parent = code(job.parent_id, 20)
        link = clip_link(found.parent) if found.parent and not found.parent.removed_at else ""
        lines.append(f"- From {f'{parent} ({link})' if link else parent}, {_KINDS[job.relation]}")
    return lines


def _ready(job: Job) -> str:
    if job.ready_at is None:
        return ""
    made = f", made in {duration(job.took_seconds)}" if job.took_seconds else ""
    return f"{made}, ready {format_dt(job.ready_at, 'f')} ({format_dt(job.ready_at, 'R')})"


def _settings(found: Details) -> list[str]:
    job, options = found.job, found.job.options
    sound = "with sound" if options.audio else "silent"
    shots = "several shots" if options.shots == "multi" else "one shot"
    prompt = "prompt enriched by the service" if options.rewrite else "prompt as written"
    lines = [
        f"- Model: {code(found.model, 40)}",
        f"- {options.duration_seconds} s · {options.resolution} · {'own soundtrack' if job.soundtrack else sound}",
        f"- {shots} · {prompt} · watermark: {_yes(options.watermark)} · spoiler: {_yes(job.spoiler)}",
    ]
    if options.template:
        lines.append(f"- Template: {code(options.template, 100)}")
    if job.fitted and len(_made(found)) < 2:  # takes have no such button
        lines.append(
            f"- Posted smaller than it was made: *{buttons.FULL_QUALITY}* has it whole while the service keeps it"
        )
    if job.shared_at and job.share_channel_id:
        lines.append(f"- Shared in <#{job.share_channel_id}> {format_dt(job.shared_at, 'R')}")
    if len(found.takes) < 2:
        lines.append(f"- Cost: {credits(job.price)} · seed: {_seed(job)}")
        lines += [f"- Task at the video service: {code(job.task_id, _MOST_OF_A_TAKE)}"] if job.task_id else []
    return lines


def _takes(found: Details) -> list[str]:
    if len(found.takes) < 2:
        return []
    total = sum(take.price for take in _made(found))
    return [f"- Cost: {credits(total)} for all takes", *(_take(take, found.votes) for take in found.takes)]


def _made(found: Details) -> list[Job]:
    return [take for take in found.takes if take.state is JobState.DONE]


def _take(take: Job, votes: Mapping[str, int]) -> str:
    made = take.state is JobState.DONE
    fate = buttons.votes(votes.get(take.id, 0)) if made else "no clip, credits returned"
    task = f" · task {code(take.task_id, _MOST_OF_A_TAKE)}" if take.task_id else ""
    return f"- Take {take.take} {code(take.id, 20)}: seed {_seed(take)} · {fate}{task}"


def _seed(job: Job) -> str:
    return code(str(job.options.seed), 20)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
