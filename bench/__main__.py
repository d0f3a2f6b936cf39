"""Measures everything, prints the table and writes `results.json` beside this file: `python -m bench`."""

import asyncio
import json
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    burst,
    commands,
    delivery,
    flight,
    machine,
    orders,
    pictures,
    polling,
    reencode,
    restarts,
    starts,
)
from bench.figures import Figure, table
from bench.pair import BenchError, furnished

RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    if not Path("/proc/self/smaps_rollup").exists():
        sys.stderr.write("The bench reads /proc, which is there on Linux only.\n")
        return 1
    # As Ctrl-C: the bots are processes of their own and would outlive this one.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started, before = time.monotonic(), machine.Moment.now()
    with tempfile.TemporaryDirectory(prefix="firstframe-bench-") as folder:
        try:
            figures = asyncio.run(_measure(Path(folder)))
        except BenchError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    seconds, after = time.monotonic() - started, machine.Moment.now()
    RESULTS.write_text(f"{json.dumps([one.as_json() for one in figures], indent=2, ensure_ascii=False)}\n", "utf-8")
    print(table(figures))
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s. {machine.told(before, after)}")
    return 0


async def _measure(folder: Path) -> list[Figure]:
    # Commands in sandboxes that saw one start only: each session that a bot leaves behind costs the stand-in time.
    async with furnished(folder / "commands") as pair:
        figures = await commands.measure(pair)
    figures += await burst.measure(folder / "burst")
    figures += await flight.measure(folder / "flight")
    figures += await polling.measure()
    figures += await delivery.measure()
    figures += await reencode.measure()
    figures += await pictures.measure()
    figures += await orders.measure()
    figures += await restarts.measure(folder / "restarts")
    async with furnished(folder / "starts") as pair:
        return [*figures, *await starts.measure(pair)]


if __name__ == "__main__":
    sys.exit(main())
