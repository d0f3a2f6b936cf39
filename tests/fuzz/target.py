"""What every fuzz target has in common: where it begins, what it does with an input, and how inputs are changed."""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

NAMES: Final = ("pictures", "sounds", "films", "replies", "options", "texts")
"""Each is a module of this package with a TARGET."""

Mutate = Callable[[bytes, Random], bytes]


def left_alone(data: bytes, dice: Random) -> bytes:
    """No change beyond what the fuzzer does to any bytes."""
    return data


@dataclass(frozen=True, slots=True)
class Target:
    """`try_one` returns for every input whatever it is; what it raises is a fault that was found."""

    seeds: Callable[[], Iterable[bytes]]
    try_one: Callable[[bytes], None]
    changed: Mutate = left_alone
    """Changes an input as its kind is built: a fuzzer that knows bytes only seldom gets past a checksum or a brace."""
    as_bytes: bool = True
    """Whether the fuzzer's own changes of bytes are of use too."""
    most_bytes: int = 64 * 1024


def target(name: str) -> Target:
    """Import a target; what it tests is imported with it."""
    found: Target = importlib.import_module(f"tests.fuzz.{name}").TARGET
    return found
