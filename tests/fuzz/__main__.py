"""Runs the fuzz targets under atheris, each in a process of its own: `python -m tests.fuzz`, or one by its name.

What is found lies in build/fuzz/NAME/found and is tried again by `python -m tests.fuzz NAME FILE`.
"""

import importlib
import importlib.util
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from random import Random

from tests.fuzz.target import NAMES, target

ROOT = Path(__file__).parent.parent.parent
WHERE = ROOT / "build" / "fuzz"
INSTRUMENTED = ["PIL", "pillow_heif", "media", "client", "engine", "cogs"]

_MOST_SECONDS_AN_INPUT = 10
_MOST_MEGABYTES = 1500
_RUNS = re.compile(r"number_of_executed_units:\s*(\d+)")


def main(arguments: list[str]) -> int:
    """Run every target for its seconds, or one of them with options of libFuzzer."""
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write("atheris is not installed here: make fuzz\n")
        return 2
    if arguments:
        _fuzz(arguments[0], arguments[1:])
    seconds = int(os.environ.get("FUZZ_SECONDS", "60"))
    return max(_run(name, seconds) for name in os.environ.get("FUZZ_TARGETS", " ".join(NAMES)).split())


def _run(name: str, seconds: int) -> int:
    """One target in a process, told in one line; whether it found something."""
    corpus, found = WHERE / name / "corpus", WHERE / name / "found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in target(name).seeds():
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={found}/", "-print_final_stats=1", str(corpus)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", name, *options], cwd=ROOT, capture_output=True, text=True, errors="replace"
    )
    runs = _RUNS.search(done.stderr)
    told = f"{name}: {runs[1] if runs else 'unknown'} inputs in {seconds} s"
    if done.returncode == 0:
        sys.stdout.write(f"{told}, nothing found\n")
        return 0
    sys.stdout.write(f"{told}, FOUND something, see {found.relative_to(ROOT)}:\n{done.stderr[-6000:]}\n")
    return 1


def _fuzz(name: str, options: list[str]) -> None:
    """Become the fuzzer; does not return."""
    atheris = importlib.import_module("atheris")  # which is in requirements/fuzz.txt alone

    with atheris.instrument_imports(include=INSTRUMENTED):
        chosen = target(name)

    def changed(data: bytes, most_bytes: int, seed: int) -> bytes:
        dice = Random(seed)
        if chosen.as_bytes and dice.random() < 0.8:
            data = atheris.Mutate(data, most_bytes)
        return chosen.changed(data, dice)[:most_bytes]

    bounds = [f"-timeout={_MOST_SECONDS_AN_INPUT}", f"-rss_limit_mb={_MOST_MEGABYTES}", f"-max_len={chosen.most_bytes}"]
    atheris.Setup([sys.argv[0], *bounds, *options], chosen.try_one, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
