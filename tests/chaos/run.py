"""A run: lanes side by side, each with its own sandbox, its own share of the deaths and its own chance."""

import random
import re
import shutil
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from tests.acceptance.street import ROOT
from tests.chaos.lane import BotBroken, Lane, Result
from tests.chaos.plan import Life, Plan, shared_out
from tests.chaos.points import Listed, every_half
from tests.chaos.service import serving

PROVIDERS = ("sinancode", "dashscope-beijing")
_NOT_THE_BOT = ("tests", "bench", "sandbox", "docs", "data", "build", "__pycache__", "*.db*")
_PACE = {"sinancode": 3, "dashscope-beijing": 1}
"""Where tasks can be listed, those that are lost are looked for, which takes half a minute."""

_OTHER_DIALECT = {
    "sinancode": re.compile(r" wan \w+ /(api/v1|oss)\b"),
    "dashscope-beijing": re.compile(r" wan \w+ /(v1|files)\b"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a run."""

    seed: int
    each: int = 5
    kills: int | None = None
    only: str = ""
    errands: Sequence[str] = ()
    lanes: int = 3
    tree: Path = ROOT
    random_kills: int = 0
    calm: bool = False


def run(options: Options, points: Listed) -> tuple[list[Result], list[str]]:
    """Run all lanes to their end; what became of them, and at which points a bot was to die."""
    if options.errands:
        points = {errand: some for errand, some in points.items() if errand in options.errands}
    halves = [half for half in every_half(points) if re.search(options.only, half)]
    chance = random.Random(options.seed)
    halves = [half for half in halves if any(_share(number, half) for number in range(options.lanes))]
    if options.kills is not None:
        halves = chance.sample(halves, min(options.kills, len(halves)))
    shares = shared_out(halves, options.each, options.lanes, _share)
    with ThreadPoolExecutor(options.lanes) as pool, tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        fixed = replace(options, tree=_copied(options.tree, Path(folder) / "tree"))
        over = threading.Event()
        lanes = [pool.submit(_lane, fixed, points, share, number, over) for number, share in enumerate(shares)]
        try:
            return [lane.result() for lane in lanes], halves
        except KeyboardInterrupt:
            over.set()  # each lane ends the life it is in, and then its sandbox
            raise


def _copied(tree: Path, to: Path) -> Path:
    """The bot as it is now: a run takes long, and somebody may be at work on the tree."""
    shutil.copytree(tree, to, ignore=shutil.ignore_patterns(".*", *_NOT_THE_BOT))
    return to


def _share(number: int, half: str) -> int:
    """How much of a point the lane of this number takes: none where it speaks another dialect."""
    provider = _provider(number)
    return 0 if _OTHER_DIALECT[provider].search(half) else _PACE[provider]


def _provider(number: int) -> str:
    return PROVIDERS[number % len(PROVIDERS)]


def _lane(options: Options, points: Listed, share: Counter[str], number: int, over: threading.Event) -> Result:
    chance, provider = random.Random(f"{options.seed} {number}"), _provider(number)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, serving(Path(folder), options.tree, provider) as place:
        lane = Lane(place, chance)
        with closing(lane.yard.http):
            try:
                _live_through(lane, Plan(chance, points, share), options, sorted(points), over)
            except BotBroken as error:
                lane.result.problems.append(str(error))
            except Exception:  # what the other lanes found is told all the same
                lane.result.problems.append(f"lane {number} broke off:\n{traceback.format_exc()}")
        return lane.result


def _live_through(lane: Lane, plan: Plan, options: Options, errands: Sequence[str], over: threading.Event) -> None:
    lane.begin()
    for errand in options.errands if options.kills == 0 else ():
        lane.live(plan, Life(errand, ()), calm=options.calm)
    for calm in (options.calm, True):  # the weather may have kept it from getting to some points
        while not over.is_set() and (life := plan.next()):
            lane.live(plan, life, calm=calm)
        plan.try_again()
    for errand in lane.yard.chance.choices(errands, k=options.random_kills if errands else 0):
        lane.live_at_random(errand, calm=options.calm)
    lane.end()


def rehearse(errands: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each errand without a death, with either dialect, and what it met."""
    with ThreadPoolExecutor(len(PROVIDERS)) as pool:
        rehearsals = pool.map(lambda provider: _rehearsal(errands, provider), PROVIDERS)
        return [met for some in rehearsals for met in some]


def _rehearsal(errands: Sequence[str], provider: str) -> list[tuple[str, list[str]]]:
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, serving(Path(folder), ROOT, provider) as place:
        lane = Lane(place, random.Random(provider))
        with closing(lane.yard.http):
            lane.begin()
            return [(errand, lane.rehearse(errand)) for errand in errands]
