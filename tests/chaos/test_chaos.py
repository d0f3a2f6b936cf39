"""The crash matrix in short: the bot dies at points drawn from the whole list, and nothing is lost."""

import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.acceptance.street import ROOT
from tests.chaos.audit import Finding, Wrong
from tests.chaos.errands import all_errands
from tests.chaos.lane import Result
from tests.chaos.plan import TRIES_A_DEATH, Life, Plan, shared_out
from tests.chaos.points import every_half, listed, with_met, write
from tests.chaos.report import Report
from tests.chaos.run import Options, run
from tests.chaos.trap import Trap, Traps

SEED, DEATHS = 26, 8
NOTHING_LOST = "lost 0, paid twice 0, charged twice 0, posted wrongly 0, refunded wrongly 0"
PASS_TWICE = """
import sys, pathlib
from tests.chaos.trap import Traps, Watch
watch = Watch(Traps(pathlib.Path(sys.argv[1])))
watch.passed("before a"), watch.passed("after a"), watch.passed("before a")
"""


def lives(seed: int) -> list[Life]:
    """All lives of a lane in which each death comes."""
    plan, lived = Plan(random.Random(seed), listed(), Counter(every_half(listed()))), []
    while life := plan.next():
        plan.over(life, life.deaths, len(life.deaths))
        lived.append(life)
    return lived


def passing(folder: Path) -> int:
    """How a process ends that passes some points."""
    return subprocess.run([sys.executable, "-c", PASS_TWICE, str(folder)], cwd=ROOT, check=False).returncode


def test_nothing_is_lost_where_the_bot_dies() -> None:
    results, wanted = run(Options(SEED, each=1, kills=DEATHS, lanes=2), listed())
    report = Report(results, every_half(listed()), wanted=wanted)
    assert report.is_well, "\n".join(report.lines)
    assert report.lines[-1].endswith(NOTHING_LOST)
    assert sum(result.kills for result in results) >= DEATHS


def test_each_errand_has_its_points_on_the_list() -> None:
    assert set(listed()) == set(all_errands())


def test_the_list_reads_as_it_was_written(tmp_path: Path) -> None:
    points = with_met({"one": ("commit a", "wan b")}, "two", ["before discord c", "after discord c"])
    write(points, tmp_path / "points")
    assert listed(tmp_path / "points") == {"one": ("commit a", "wan b"), "two": ("discord c",)}


def test_a_plan_dies_at_each_point_and_the_same_seed_makes_the_same_one() -> None:
    first = lives(1)
    assert sorted(death for life in first for death in life.deaths) == sorted(every_half(listed()))
    assert first == lives(1) != lives(2)


def test_what_is_never_met_is_given_up_until_it_is_tried_again() -> None:
    plan = Plan(random.Random(1), {"one": ("commit a",), "two": ("commit a",)}, Counter(["before commit a"]))
    for _ in range(2):
        errands: Counter[str] = Counter()
        while life := plan.next():
            plan.over(life, (), 1)
            errands[life.errand] += 1
        assert errands == Counter(one=TRIES_A_DEATH // 2, two=TRIES_A_DEATH // 2)
        plan.try_again()
    life = plan.next()
    assert life
    plan.over(life, life.deaths, 1)
    plan.try_again()
    assert not plan.next()


def test_a_report_names_what_a_bot_died_at_too_rarely() -> None:
    half = every_half(listed())[0]
    result = Result(died=Counter({half: 4}))
    assert Report([result], every_half(listed()), wanted=[half], each=4).is_well
    report = Report([result], every_half(listed()), wanted=[half], each=5)
    assert not report.is_well
    assert report.lines[0] == f"a point that a bot died at 4 of 5 times: {half}"


def test_lanes_share_the_deaths_as_they_are_able_to() -> None:
    shares = shared_out(["a", "b"], each=5, lanes=2, share=lambda number, half: int(half == "a") + number)
    assert shares[0] + shares[1] == Counter(a=5, b=5)
    assert shares[0]["b"] == 0


def test_a_trap_kills_at_the_passing_it_names_and_once(tmp_path: Path) -> None:
    traps = Traps(tmp_path)
    traps.arm(Trap("before a", nth=2))
    assert passing(tmp_path) == -signal.SIGKILL
    assert traps.killed() == Counter(["before a"])
    assert passing(tmp_path) == 0
    assert traps.met() == Counter({"before a": 4, "after a": 2})


def test_the_report_counts_what_is_wrong_and_names_what_is_not_listed_or_not_reached() -> None:
    well = Result(jobs=2, kills=1, died=Counter(["before a"]), met=Counter(["before a"]))
    assert Report([well], ["before a", "after a"], wanted=["before a"]).is_well
    last = f"chaos: 2 jobs, 1 kills, 1/2 points: {NOTHING_LOST}"
    assert Report([well], ["before a", "after a"]).lines == [last]
    assert not Report([well], ["after a"]).is_well
    assert not Report([well], ["before a", "after a"], wanted=["after a"]).is_well
    found = Result(findings=[Finding(Wrong.PAID_TWICE, "1", "two tasks")], problems=["two tasks"])
    assert not Report([found], []).is_well
    assert "paid twice 1" in Report([found], []).lines[-1]
