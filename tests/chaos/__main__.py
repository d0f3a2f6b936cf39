"""The crash matrix: `python -m tests.chaos` ends the bot at every point there is and counts what was lost."""

import argparse
import logging
import random
import sys
from pathlib import Path

from tests.acceptance.street import ROOT
from tests.chaos.errands import all_errands
from tests.chaos.points import every_half, listed, with_met, write
from tests.chaos.report import Report
from tests.chaos.run import Options, rehearse, run

MOST_SEED = 1_000_000


def main() -> int:
    """Run what the command line says; 0 where nothing was lost."""
    given = _parser().parse_args()
    if given.verbose:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(threadName)s %(message)s")
        logging.getLogger("httpx").setLevel(logging.WARNING)
    if given.list:
        return _list_points(given.errand or sorted(all_errands()))
    seed = random.randrange(MOST_SEED) if given.seed is None else given.seed
    _say(f"seed {seed}")
    options = Options(
        seed,
        each=given.each,
        kills=given.kills,
        only=given.only,
        errands=given.errand,
        lanes=given.lanes,
        tree=given.tree,
        random_kills=given.random,
        calm=given.calm,
    )
    points = listed()
    results, wanted = run(options, points)
    report = Report(results, every_half(points), wanted=wanted, each=given.each)
    for line in report.lines:
        _say(line)
    return 0 if report.is_well else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="repeats the plan of an earlier run")
    parser.add_argument("--each", type=int, default=5, help="how often the bot dies at each point (5)")
    parser.add_argument(
        "--kills",
        type=int,
        metavar="N",
        help="only at so many points; with 0, only run the errands",
    )
    parser.add_argument("--only", default="", metavar="REGEX", help="only at points with this in their name")
    parser.add_argument("--errand", action="append", default=[], choices=sorted(all_errands()), help="only this one")
    parser.add_argument("--lanes", type=int, default=7, help="how many bots live and die side by side (7)")
    parser.add_argument("--tree", type=Path, default=ROOT, help="run the bot out of another copy of the project")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="kills at random moments as well, per lane")
    parser.add_argument("--calm", action="store_true", help="in fair weather")
    parser.add_argument("--verbose", action="store_true", help="tell of each life")
    parser.add_argument("--list", action="store_true", help="write the list of points anew, without a death")
    return parser


def _list_points(errands: list[str]) -> int:
    points = {errand: some for errand, some in listed().items() if errand in all_errands()}
    for errand, met in rehearse(errands):
        points = dict(with_met(points, errand, met))
    write(points)
    _say(f"{len(every_half(points)) // 2} points")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
