"""What people and services write, in everything that the bot says: no mark, mention or link of theirs, and it fits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from cogs.text import code, harmless, plain
from cogs.words import (
    buttons,
    channels,
    clips,
    credits,
    details,
    hand_over,
    moderation,
    posted,
    records,
    refusals,
    reports,
    server,
    standing,
)
from engine import (
    Action,
    AuditEntry,
    Block,
    Changed,
    ChannelRules,
    Details,
    Entry,
    Failure,
    FullQuality,
    Job,
    JobState,
    LedgerKind,
    NotHere,
    Pause,
    Prices,
    Relation,
    Report,
    ServerSettings,
    Share,
    Status,
)
from storage.reports import DayFigures
from tests.engine.test_waiting import waiting
from tests.fuzz import markup, trees
from tests.fuzz.target import Target
from tests.storage.books import NOON

_PRICES = Prices({"480P": 1, "720P": 2, "1080P": 3})
_SHORT = 30
"""Where nothing is cut, the marks of a message depend on what it says alone."""

_LONG = 1000
_MOST = 2000


def seeds() -> Iterable[bytes]:
    """Each nasty text, on its own and in a sentence."""
    for text in trees.NASTY:
        yield trees.written([text[:_SHORT]])
        yield trees.written([f"a {text} b", "plain words"])


def try_one(data: bytes) -> None:
    """Say it in every sentence."""
    for text in list(trees.strings(trees.read(data)))[:3]:
        for name, say in SENTENCES.items():
            _check(name, say(text[:_SHORT]))
            whole = say(text[:_LONG])
            assert len(whole) <= (_MOST if name not in _DESCRIPTIONS else 1024), name
            assert not markup.unwanted(whole), name


def _check(name: str, said: str) -> None:
    assert not markup.unwanted(said), (name, said)
    assert not markup.reordering(said) or name in _DESCRIPTIONS, (name, said)
    said.encode()
    if name not in _DESCRIPTIONS:
        assert markup.marks(said) in _usual(name), (name, said)


@cache
def _usual(name: str) -> tuple[list[str], ...]:
    """The marks of this sentence with plain words in it, and with none."""
    return markup.marks(SENTENCES[name]("words")), markup.marks(SENTENCES[name](""))


def _job(text: str, **facts: Any) -> Job:
    job = replace(waiting(1, 42, JobState.DONE), ready_at=NOON + timedelta(minutes=2), **facts)
    return replace(job, options=replace(job.options, prompt=text, negative_prompt=text, template=text))


def _failed(text: str) -> Status:
    return Status(JobState.FAILED, failure=Failure.INPUT_REFUSED, detail=text)


def _entry(text: str, action: Action, before: Any, after: Any) -> AuditEntry:
    return AuditEntry(1, 10, action, 40, "server", "0", before, after, text, NOON)


def _record(text: str) -> str:
    block = {"until": None, "reason": text}
    entries = [
        _entry(text, Action.SERVER_SET, {"time_zone": text}, {"time_zone": "UTC", "unheard_of": text}),
        _entry(text, Action.CHANNEL_SET, {"template": text}, {"models": [text, text], "negative_prompt": text}),
        _entry(text, Action.PHRASE_ADDED, None, {"phrase": text}),
        replace(_entry(text, Action.MEMBER_BLOCKED, block, block), target_kind="member", target_id="5"),
    ]
    return records.board(entries, _PRICES)


def _report(text: str) -> str:
    day = date(2026, 3, 14)
    figures = DayFigures(day=day, credits=5, clips=1, failed=0, refunded=0)
    share = Share(7, 5, 1)
    report = Report(10, NOON, NOON, (figures,), (share,), (share,), 5, 1, 0, 0, 0)
    return reports.alt_text(reports.sheet(report, "Report", "UTC", {7: text}, {7: text}))


def _rules(text: str) -> ChannelRules:
    return ChannelRules(template=text, negative_prompt=text, models=(text, text))


def _pause(text: str) -> Pause:
    return Pause(40, text, NOON, everywhere=False)


def _details(text: str) -> str:
    job = _job(text, task_id=text, relation=Relation.AGAIN, parent_id="parent")
    return details.sheet(Details(job, text, None, (), {})).text


def _full(text: str) -> str:
    url = f"https://results.example/{''.join(char for char in text if '!' <= char <= '~')}"
    return buttons.full_quality(FullQuality(_job("a"), url[:8000], NOON, True))


def _block(text: str) -> Block:
    return Block(5, None, text, 40, NOON)


SENTENCES: Mapping[str, Callable[[str], str]] = {
    "harmless": lambda text: harmless(text, 400),
    "code": lambda text: code(text, 400),
    "plain": lambda text: plain(text, 400),
    "status": lambda text: clips.status(_job(text), _failed(text)),
    "line": lambda text: clips.job_line(_job(text, state=JobState.FAILED, detail=text), _failed(text)),
    "told directly": lambda text: clips.told_directly(_job(text), _failed(text)),
    "cancel label": lambda text: clips.cancel_label(_job(text)),
    "get label": lambda text: hand_over.label(_job(text)),
    "clip": lambda text: posted.message([_job(text)], [_job(text)]),
    "alt text": lambda text: posted.alt_text(_job(text)),
    "showcase": lambda text: buttons.showcase(_job(text), "here"),
    "details": _details,
    "full quality": _full,
    "who asked": lambda text: moderation.asked_for([_job(text)], _failed(text)),
    "record": _record,
    "report": _report,
    "blocked": lambda text: moderation.blocked(5, Changed(None, _block(text)), 0),
    "lifted": lambda text: moderation.lifted(5, Changed(_block(text), None), text),
    "you are blocked": lambda text: refusals.blocked(_block(text)),
    "phrase": lambda text: moderation.phrase_added(text, fresh=True),
    "phrase line": moderation.phrase_line,
    "paused": lambda text: server.paused(Changed(None, _pause(text)), "here"),
    "pause": lambda text: standing.pause(_pause(text)),
    "no clips": lambda text: refusals.pause(_pause(text)),
    "no such zone": server.unknown_zone,
    "server": lambda text: server.changed(Changed(ServerSettings(), ServerSettings(time_zone=text)), {}),
    "channel": lambda text: channels.changed(5, Changed(ChannelRules(), _rules(text)), 0),
    "rules": lambda text: channels.shown(5, {5: _rules(text)}, 0),
    "no such model here": lambda text: channels.unknown_model(text, ("a", "b")),
    "no such model": lambda text: refusals.unknown_model(text, ("a", "b")),
    "not here": lambda text: refusals.not_here(NotHere("model", text, "only a", ("a",))),
    "no amount": lambda text: refusals.not_an_amount(text, 1, 10),
    "no span": lambda text: refusals.not_a_span(text, "for good", 100),
    "no picture": refusals.unsupported_image,
    "no sound": refusals.unsupported_sound,
    "history": lambda text: credits.history(5, [Entry(1, LedgerKind.GRANT, 0, 5, None, 40, text, NOON)]),
}
"""Everything that is said with a text of somebody else's in it."""

_DESCRIPTIONS = ("plain", "alt text", "report", "cancel label", "get label")
"""Where Discord reads no marks."""

TARGET = Target(seeds, try_one, trees.changed, as_bytes=False)
