"""An errand: what a person does with the bot from beginning to end, whenever the bot dies meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.yard import Yard


@dataclass(frozen=True, slots=True)
class Errand:
    """`do` returns when the person is through with it, or has given up; it raises only where something is wrong.

    It leaves the place as it found it: what it closes it opens again, what it pauses it resumes.
    """

    name: str
    do: Callable[[Yard], None]
