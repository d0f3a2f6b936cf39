"""What can be measured by itself, each part in a process of its own."""

import asyncio
import signal
import tempfile
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path

from bench import burst, commands, delivery, flight, orders, pictures, polling, reencode, restarts, starts
from bench.figures import Figure

PARTS: dict[str, Callable[[Path], Coroutine[None, None, list[Figure]]]] = {
    "commands": commands.measure,
    "burst": burst.measure,
    "flight": flight.measure,
    "polling": polling.measure,
    "delivery": delivery.measure,
    "reencode": reencode.measure,
    "pictures": pictures.measure,
    "orders": orders.measure,
    "restarts": restarts.measure,
    "starts": starts.measure,
}


def measured(parts: Iterable[str]) -> list[Figure]:
    """Measure one part after the other: what one leaves in memory would slow the stand-ins of the next.

    Raises BenchError.
    """
    figures: list[Figure] = []
    for part in parts:
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            try:
                figures += process.submit(_measured, part).result()
            except KeyboardInterrupt:
                _end_children()
                raise
    return figures


def _measured(part: str) -> list[Figure]:
    # As Ctrl-C: the bots are processes of their own and would outlive this one.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="firstframe-bench-") as folder:
        return asyncio.run(PARTS[part](Path(folder)))


def _end_children() -> None:
    for child in active_children():
        child.terminate()
