"""What someone did and why, and what it changed."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

BOT = 0
"""Who acted, where it was the bot itself and no member."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something, why, and by which command; a command delivered twice is one deed."""

    actor_id: int
    reason: str = ""
    interaction_id: int | None = None


@dataclass(frozen=True, slots=True)
class Changed(Generic[T]):
    """How something was before a deed and is after it."""

    before: T
    after: T

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return self.before == self.after
