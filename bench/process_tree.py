"""What a process and all that it has started hold in memory."""

from contextlib import suppress
from pathlib import Path


def pids_of(pid: int) -> list[int]:
    """The process, its children and theirs."""
    found = [pid]
    # One that ends meanwhile has no children any more.
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text("ascii").split():
                found += pids_of(int(child))
    return found


def memory_mb(pid: int) -> tuple[float, float]:
    """RSS and PSS in MB (10⁶ bytes), of all of them together; in PSS a page shared by several counts in parts."""
    rss = pss = 0.0
    for one in pids_of(pid):
        # One that has ended holds nothing.
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text("utf-8").splitlines()[1:]
            kib = {name: int(amount) for name, amount, *_ in map(str.split, lines)}
            rss, pss = rss + kib["Rss:"] * 1024 / 1e6, pss + kib["Pss:"] * 1024 / 1e6
    return rss, pss
