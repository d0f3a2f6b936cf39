"""What the command line of the bench measures; the measuring itself takes minutes and is not for a test."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.__main__ import main, named_parts
from bench.parts import PARTS
from tests.processes import PATIENCE_SECONDS, begun, left_over, until_said

Send = Callable[[int, int], None]


def test_naming_no_part_is_asking_for_all() -> None:
    assert named_parts([]) == []


def test_parts_are_measured_as_they_are_named() -> None:
    assert named_parts(["orders", "delivery"]) == ["orders", "delivery"]


def test_an_unknown_part_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["orders", "posting"])
    told = capsys.readouterr().err
    assert "There is no part posting." in told
    assert all(part in told for part in PARTS)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the bench reads it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["to the bench alone", "to all of its group"])
def test_a_signal_ends_the_bots_that_a_part_has_started(tmp_path: Path, number: signal.Signals, send: Send) -> None:
    with begun("tests.bench.waiting_part", tmp_path, "bot.log", count=2) as bench:
        send(bench.pid, number)
        bench.wait(PATIENCE_SECONDS)
        assert left_over(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the bench reads it")
def test_a_second_signal_does_not_break_off_what_the_first_has_begun(tmp_path: Path) -> None:
    with begun("tests.bench.waiting_part", tmp_path, "bot.log", count=2) as bench:
        bench.send_signal(signal.SIGSTOP)  # so that its own signal to the process that measures is surely the second
        os.killpg(bench.pid, signal.SIGTERM)
        until_said(bench, tmp_path, "told to stop", "bot.log")
        bench.send_signal(signal.SIGCONT)
        bench.wait(PATIENCE_SECONDS)
        assert left_over(tmp_path) == []
