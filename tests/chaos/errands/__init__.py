"""Everything that people do with the bot in the long run, by name."""

from tests.chaos.errand import Errand
from tests.chaos.errands import (
    buttons,
    credits,
    detours,
    gallery,
    leftovers,
    life,
    privacy,
    record,
    rules,
    starts,
    told,
    trouble,
    unheard,
)

_ROOMS = (life, trouble, detours, starts, buttons, gallery, credits, rules, record, privacy, told, unheard, leftovers)
"""Each has ERRANDS, a tuple of Errand."""


def all_errands() -> dict[str, Errand]:
    """Each errand by its name."""
    return {errand.name: errand for room in _ROOMS for errand in room.ERRANDS}
