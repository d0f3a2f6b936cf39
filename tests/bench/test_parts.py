"""What the command line of the bench measures; the measuring itself takes minutes and is not for a test."""

import pytest

from bench.__main__ import main, named_parts
from bench.parts import PARTS


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
