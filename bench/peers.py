"""The peers' own surroundings: `make bench` installs them apart, so that the bot runs beside what it has elsewhere.

What is installed beside the bot may be loaded with it: of what dashscope brings along, httpx loads rich, click and
pygments as soon as they are there.
"""

import subprocess
import sys
from pathlib import Path

from bench.pair import BenchError

_PYTHON = Path(sys.prefix) / "peers" / "bin" / "python"
_MISSING = "The bench needs what requirements/bench.txt names: `make bench` installs it."


def python() -> Path:
    """Their interpreter. Raises BenchError where it is not there."""
    if not _PYTHON.exists():
        raise BenchError(_MISSING)
    return _PYTHON


def asked(code: str) -> str:
    """What a line of Python prints there. Raises BenchError."""
    try:
        return subprocess.run([python(), "-c", code], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    except subprocess.CalledProcessError as error:
        raise BenchError(_MISSING) from error
