"""What else the machine did during a run, so that figures from a noisy one can be told (Linux: from /proc)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

NOISY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Moment:
    """The CPU time spent until now in seconds over all cores: `passed` in all, and what of it was not idle.

    `by_us` is this process with those of its children that have ended, so it is right once all of them have.
    """

    load: float
    passed: float
    by_anyone: float
    by_us: float

    @classmethod
    def now(cls) -> Moment:
        tick = os.sysconf("SC_CLK_TCK")
        # user nice system idle iowait irq softirq steal; what comes after them is counted in user already.
        spent = [int(part) / tick for part in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
        return cls(os.getloadavg()[0], sum(spent), sum(spent) - spent[3] - spent[4], sum(os.times()[:4]))


def others_share(before: Moment, after: Moment) -> float:
    """The share of the machine's CPU time between the two that went to others, 0…1."""
    passed = after.passed - before.passed
    others = (after.by_anyone - before.by_anyone) - (after.by_us - before.by_us)
    # The kernel counts in ticks, so on a quiet machine the difference may fall below nothing.
    return max(others / passed, 0.0) if passed > 0 else 0.0


def told(before: Moment, after: Moment) -> str:
    """Say in a line what the machine was like, and whether the figures suffer from it."""
    share = others_share(before, after)
    line = f"{os.cpu_count()} cores, load {before.load:.2f} before and {after.load:.2f} after"
    line = f"{line}, others took {share:.0%} of the CPU time."
    return f"Noisy, take the figures with care: {line}" if share > NOISY_SHARE else f"A quiet machine: {line}"
