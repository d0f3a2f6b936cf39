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
from sandbox.signals import cancelled_by

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
    # A terminal tells all that it runs. The bench ends this process then, by SIGTERM: two signals at once would break
    # off the stopping of the bots, which are processes of their own and would outlive this one.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # not SIG_IGN, which all that is started here would inherit
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="firstframe-bench-") as folder:
        return asyncio.run(_until_told(PARTS[part](Path(folder))))


async def _until_told(part: Coroutine[None, None, list[Figure]]) -> list[Figure]:
    cancelled_by(signal.SIGTERM)
    return await part


def _end_children() -> None:
    for child in active_children():
        child.terminate()
