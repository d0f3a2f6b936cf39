"""The suite catches deliberate faults, each with a plan or a test that finds nothing wrong without it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.street import ROOT
from tests.chaos.mutants import (
    MUTANTS,
    PLAIN_MUTANTS,
    Change,
    ChangedCode,
    Mutant,
    PlainMutant,
    Plan,
    apply,
    in_one_place,
)
from tests.chaos.points import every_half, listed

BOT = ("bot.py", "house.py", "logs.py", "settings.py", "client", "cogs", "engine", "media", "storage")
TESTS = ("pyproject.toml", "sandbox", "tests")
RUNS_AT_ONCE = 3

NOTHING_WRONG = "lost 0, paid twice 0, charged twice 0, posted wrongly 0, refunded wrongly 0"
PLANS = in_one_place(mutant.plan for mutant in MUTANTS)
PYTEST = ("pytest", "-p", "no:cacheprovider")
TEST_FAILED = 1

Ended = subprocess.CompletedProcess[str]
Runs = Mapping[Mutant | Plan, Future[Ended]]


def copied(tree: Path, *names: str, whence: Path = ROOT, changes: tuple[Change, ...] = ()) -> Path:
    """Parts of the project in another place, with a fault or without."""
    # Of the project's own folder others compile files at this moment.
    left_out = shutil.ignore_patterns("__pycache__") if whence == ROOT else None
    tree.mkdir(parents=True)
    for name in names:
        if (whence / name).is_dir():
            shutil.copytree(whence / name, tree / name, ignore=left_out)
        else:
            shutil.copy2(whence / name, tree / name)
    apply(changes, tree)
    return tree


def compiled(tree: Path) -> Path:
    """A tree, compiled once for all that are copied from it."""
    assert ended("compileall", "-q", str(tree)).returncode == 0
    return tree


def ended(*arguments: str, cwd: Path = ROOT) -> Ended:
    """How a module of Python's ended, and all that it said."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=cwd, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def counts(run: Ended) -> dict[str, int]:
    """The counts in the last line of a run of the crash matrix."""
    last = run.stdout.splitlines()[-1]
    assert last.startswith("chaos: "), run.stdout
    return {wrong: int(count) for wrong, count in re.findall(r"[:,] ([a-z ]+) (\d+)", last)}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """All runs of the crash matrix, begun side by side: most of their time they wait."""
    folder = tmp_path_factory.mktemp("trees")
    whole = compiled(copied(folder / "whole", *BOT))

    def caught(number: int, mutant: Mutant) -> Ended:
        tree = copied(folder / str(number), *BOT, whence=whole, changes=mutant.changes)
        return ended("tests.chaos", "--tree", str(tree), *mutant.plan.arguments)

    def unchanged(plan: Plan) -> Ended:
        return ended("tests.chaos", "--tree", str(whole), *plan.arguments)

    pool = ThreadPoolExecutor(RUNS_AT_ONCE)
    try:
        with_faults = {mutant: pool.submit(caught, number, mutant) for number, mutant in enumerate(MUTANTS)}
        yield with_faults | {plan: pool.submit(unchanged, plan) for plan in PLANS}
    finally:
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def with_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy without a fault, in which the tests that are to fail with one do not."""
    tree = copied(tmp_path_factory.mktemp("tests") / "tree", *BOT, *TESTS)
    run = ended(*PYTEST, *(mutant.test for mutant in PLAIN_MUTANTS), cwd=tree)
    assert run.returncode == 0, run.stdout
    return tree


@pytest.mark.parametrize("mutant", [*MUTANTS, *PLAIN_MUTANTS], ids=str)
def test_the_code_is_still_as_the_fault_knows_it(tmp_path: Path, mutant: Mutant | PlainMutant) -> None:
    copied(tmp_path / "tree", *BOT, changes=mutant.changes)


def test_a_fault_is_not_applied_where_its_place_is_gone_or_there_twice(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("pay()\nlook()\nlook()\n", "utf-8")
    for old in ("post()\n", "look()\n"):
        with pytest.raises(ChangedCode):
            apply([Change("code.py", old, "")], tmp_path)
    apply([Change("code.py", "pay()\n", "pay()\npay()\n")], tmp_path)
    assert (tmp_path / "code.py").read_text("utf-8") == "pay()\npay()\nlook()\nlook()\n"


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_the_point_of_a_plan_is_one_that_its_errand_meets(plan: Plan) -> None:
    assert set(plan.halves) <= set(every_half({plan.errand: listed()[plan.errand]}))


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_crash_matrix_catches_a_fault(runs: Runs, mutant: Mutant) -> None:
    run = runs[mutant].result()
    assert run.returncode == 1, run.stdout
    assert counts(run)[mutant.count] > 0, run.stdout


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_the_same_deaths_show_nothing_where_there_is_no_fault(runs: Runs, plan: Plan) -> None:
    run = runs[plan].result()
    assert run.returncode == 0, run.stdout
    assert run.stdout.rstrip().endswith(NOTHING_WRONG), run.stdout
    assert " 0 kills, " not in run.stdout


@pytest.mark.parametrize("mutant", PLAIN_MUTANTS, ids=str)
def test_a_test_of_its_own_catches_a_fault_that_no_crash_shows(
    with_tests: Path, tmp_path: Path, mutant: PlainMutant
) -> None:
    tree = copied(tmp_path / "tree", *BOT, *TESTS, whence=with_tests, changes=mutant.changes)
    caught = ended(*PYTEST, mutant.test, cwd=tree)
    assert caught.returncode == TEST_FAILED, caught.stdout
