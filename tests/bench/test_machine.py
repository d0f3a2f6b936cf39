"""What others took of the machine is what is left when our own share is taken away."""

import pytest

from bench.machine import Moment, others_share, told


def moment(passed: float, by_anyone: float, by_us: float, load: float = 0.5) -> Moment:
    return Moment(load, passed, by_anyone, by_us)


BEFORE = moment(1000, 400, 10)


@pytest.mark.parametrize(
    ("after", "share"),
    [
        (moment(1100, 450, 20), 0.4),
        (moment(1100, 450, 60), 0.0),
        (moment(1100, 409, 20), 0.0),
        (moment(1000, 400, 10), 0.0),
    ],
)
def test_the_share_of_others_leaves_out_our_own(after: Moment, share: float) -> None:
    assert others_share(BEFORE, after) == pytest.approx(share)


def test_a_noisy_machine_is_told_with_its_load_and_the_others_share() -> None:
    line = told(BEFORE, moment(1100, 450, 20, load=2.25))
    assert line.startswith("Noisy")
    assert "load 0.50 before and 2.25 after, others took 40% of the CPU time" in line
    assert told(BEFORE, moment(1100, 415, 20)).startswith("A quiet machine")
