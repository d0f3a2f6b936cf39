"""Signals end a run in its own order: what it has started is stopped before it ends."""

from __future__ import annotations

import asyncio
import signal


def cancelled_by(*numbers: signal.Signals) -> None:
    """Have these signals cancel the task that runs now, once: a further one would break off its cleaning up."""
    task = asyncio.current_task()

    def cancel() -> None:
        if task and not task.cancelling():
            task.cancel()

    for number in numbers:
        asyncio.get_running_loop().add_signal_handler(number, cancel)
