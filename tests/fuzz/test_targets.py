"""Each fuzz target in short: all it begins with, and a number of changes of them, without the guided fuzzer."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import markup, trees
from tests.fuzz.__main__ import ROOT
from tests.fuzz.target import NAMES, Target, target

_EXAMPLES = {"pictures": 60, "sounds": 12, "films": 40, "replies": 300, "options": 120, "texts": 12}
_MOST_SEEDS = 60

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # a broken picture is warned of before it is refused


@pytest.mark.parametrize("name", NAMES)
def test_what_a_target_begins_with_does_no_harm(name: str) -> None:
    tried = target(name)
    seeds = list(tried.seeds())
    assert all(len(seed) <= tried.most_bytes for seed in seeds)
    for seed in seeds[:: max(1, len(seeds) // _MOST_SEEDS)]:
        tried.try_one(seed)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_changed_does_no_harm(name: str) -> None:
    tried = target(name)
    seeds = list(tried.seeds())

    @settings(max_examples=_EXAMPLES[name], suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(range(len(seeds))), st.integers(0, 2**32))
    def try_many(number: int, chance: int) -> None:
        dice = Random(chance)
        tried.try_one(tried.changed(_flipped(tried, seeds[number], dice), dice))

    try_many()


def _flipped(tried: Target, data: bytes, dice: Random) -> bytes:
    """With some bytes changed or cut off, where the fuzzer does that too."""
    if not tried.as_bytes:
        return data
    changed = bytearray(data[: dice.choice((len(data), dice.randrange(len(data) + 1)))])
    for _ in range(dice.choice((0, 1, 5, 50)) if changed else 0):
        changed[dice.choice((dice.randrange(len(changed)), dice.randrange(min(200, len(changed)))))] = dice.randrange(
            256
        )
    return bytes(changed)


@given(st.binary(max_size=300))
@settings(max_examples=30)
def test_any_bytes_are_an_input(data: bytes) -> None:
    for name in NAMES:
        target(name).try_one(data)
        target(name).changed(data, Random(1))


@given(st.integers(0, 2**32))
def test_a_changed_tree_is_a_tree(chance: int) -> None:
    tree = {"a": [1, "x", {"b": None}], "c": True}
    assert trees.read(trees.changed(trees.written(tree), Random(chance))) is not trees.read(b"")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("plain words, and more", []),
        (r"\*\*b\*\* \[x\](http:\//a.example) 1\. x", []),
        ("**b**", ["*", "*", "*", "*"]),
        ("[x](http://a.example)", ["[", "]", "address"]),
        ("> # big", ["> ", "# "]),
        ("<@12> @everyone <t:5:R>", ["<@0>", "@everyone", "<t:0:R>"]),
        ("`**` ||`x`||", ["code", "code", "cover"]),
        ("||`a||b`||", ["`", "`", "|", "|", "cover"]),
    ],
)
def test_the_marks_of_a_message_are_told_from_its_text(text: str, marks: list[str]) -> None:
    assert markup.marks(text) == marks


@pytest.mark.parametrize("text", ["\u202e", "a\u200b", "\0", "\ud800", "e" + "\u0301" * 4, "\u2068", "\u2069\u2068"])
def test_what_no_message_has_is_found(text: str) -> None:
    assert markup.unwanted(text)
    assert not markup.unwanted("\u2068שלום\u2069 and @\u200beveryone, é")
    assert markup.reordering("שלום")
    assert not markup.reordering("\u2068שלום\u2069 words")


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed here: make fuzz")
@pytest.mark.parametrize("name", NAMES)
def test_the_guided_fuzzer_takes_every_target(name: str, tmp_path: Path) -> None:
    (tmp_path / "seed").write_bytes(next(iter(target(name).seeds())))
    command = [sys.executable, "-m", "tests.fuzz", name, "-runs=20", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
