"""Measures everything, prints the table and writes `results.json` beside this file: `python -m bench`.

`python -m bench delivery orders` measures these two parts, and prints them alone.
"""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.figures import table
from bench.pair import BenchError
from bench.parts import PARTS, measured

RESULTS = Path(__file__).with_name("results.json")


def main(arguments: Sequence[str] | None = None) -> int:
    parts = named_parts(arguments)
    if not Path("/proc/self/smaps_rollup").exists():
        sys.stderr.write("The bench reads /proc, which is there on Linux only.\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, signal.default_int_handler)  # as Ctrl-C, so that what it has started is ended
    # The libraries on both sides come with theirs: without, the bot alone would be compiled anew at each start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    started, before = time.monotonic(), machine.Moment.now()
    try:
        figures = measured(parts or PARTS)
    except BenchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    seconds, after = time.monotonic() - started, machine.Moment.now()
    if not parts:
        told = json.dumps([one.as_json() for one in figures], indent=2, ensure_ascii=False)
        RESULTS.write_text(f"{told}\n", "utf-8")
    print(table(figures))
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s. {machine.told(before, after)}")
    return 0


def named_parts(arguments: Sequence[str] | None = None) -> list[str]:
    """Give the parts the command line names, none for all; exits where one is not known."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure the bot beside its peers.")
    # Not as `choices`: with these, argparse takes naming none for a wrong choice.
    parser.add_argument("parts", nargs="*", metavar="part", help=f"all unless named: {', '.join(PARTS)}")
    parts: list[str] = parser.parse_args(arguments).parts
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"There is no part {unknown[0]}. Name some of: {', '.join(PARTS)}.")
    return parts


if __name__ == "__main__":
    sys.exit(main())
