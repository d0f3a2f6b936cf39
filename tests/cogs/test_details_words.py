"""What is told of a clip fits into a message, lets nothing of others do harm, and leaves no word out."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cogs.words import buttons, details
from engine import (
    CannotDo,
    ChannelClosed,
    ClipTooLarge,
    Details,
    JobState,
    PostRefused,
    Relation,
    StageDown,
)
from engine import cannot as cannots
from tests.engine.test_waiting import waiting
from tests.storage.books import NOON

MENTION = re.compile(r"<@[!&]?\d+>|@everyone|@here")
texts = st.text(max_size=2000)
nasty = st.lists(
    st.sampled_from(["@everyone", "<@&123456789012345678>", "**", "`", "\u202e", "\n", "||", "<#1>", "x" * 99]),
    max_size=40,
).map("".join)


def _details(**facts: Any) -> Details:
    job = replace(waiting(1, 42, JobState.DONE), ready_at=NOON + timedelta(minutes=2), took_seconds=100.0)
    options = replace(job.options, **{name: facts.pop(name) for name in ("prompt", "negative_prompt") if name in facts})
    return Details(replace(job, options=options, **facts), "wan2.6-i2v", None, (), {})


@given(st.one_of(texts, nasty), st.one_of(texts.map(lambda text: text[:500]), nasty))
def test_details_fit_and_every_word_is_there_or_in_the_file(prompt: str, unwanted: str) -> None:
    told = details.sheet(_details(prompt=prompt, negative_prompt=unwanted))
    assert len(told.text) <= 2000
    assert MENTION.findall(told.text) == ["<@42>"]
    if told.written is not None:
        assert prompt in told.written
        assert unwanted in told.written


def test_a_long_prompt_goes_into_a_file_whole() -> None:
    prompt = "A long walk.\n" * 150
    told = details.sheet(_details(prompt=prompt))
    assert told.text.endswith("-# The prompt is in the file.")
    assert told.written == f"Prompt:\n{prompt}"
    assert details.sheet(_details(prompt="short")).written is None


def test_details_say_what_a_clip_came_from_and_what_it_cost() -> None:
    found = _details(relation=Relation.EXTEND, parent_id="abc", task_id="task-1", fitted=True)
    text = details.sheet(found).text
    assert "- From `abc`, extended" in text
    assert "made in 1 min 40 s, ready <t:" in text
    assert "- Task at the video service: `task-1`" in text
    assert "- Posted smaller than it was made" in text
    assert re.search(r"- Cost: \d+ credits? · seed: `\d+`", text)


def test_every_reason_why_not_has_its_sentence() -> None:
    kinds = [kind for kind in vars(cannots).values() if isinstance(kind, type) and issubclass(kind, CannotDo)]
    sentences = {buttons.cannot(kind()) for kind in kinds if kind is not CannotDo}
    assert len(sentences) == len(kinds) - 1 > 5
    assert all(sentence.endswith(".") for sentence in sentences)


def test_a_share_that_did_not_work_says_what_helps() -> None:
    told = [buttons.not_shared(kind("a reason")) for kind in (ChannelClosed, PostRefused, ClipTooLarge, StageDown)]
    assert told[0].endswith("a moderator can give me *Send Messages* and *Attach Files* there.")
    assert told[1].endswith("so it is not shared.")
    assert told[2].endswith("so it is not shared.")
    assert told[3].startswith("Discord did not answer: press *Share* again")
