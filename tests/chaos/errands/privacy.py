"""Errands of a member with their own data: taken along, and deleted."""

from tests.chaos.audit_gather import note_rows
from tests.chaos.errand import Errand
from tests.chaos.errands.steps import TRIES, at_rest, made
from tests.chaos.yard import Yard

_OWN = "SELECT * FROM jobs WHERE member_id = :member AND interaction_id > 0"


def export(yard: Yard) -> None:
    """A member has everything handed over."""
    made(yard, "second.member")
    yard.say("privacy export", "second.member", yard.chance.choice(("clips", "dm")))


def delete(yard: Yard) -> None:
    """A member has everything deleted, having granted credits, a limit of their own, and clips on the record."""
    made(yard, "second.member")
    yard.say("credits grant", "moderator", member=yard.users["second.member"], amount=5, reason="a contest")
    leave(yard, "second.member")
    yard.order("second.member")
    at_rest(yard)


def leave(yard: Yard, who: str) -> None:
    """Have a member's data deleted; what the audit needs of their jobs is noted before."""
    member = int(yard.users[who])
    at_rest(yard)
    for _ in range(TRIES):
        question = yard.say("privacy delete", who)
        if question:
            note_rows(yard.data, yard.rows(_OWN, member=member))
            yard.pressed(question, "Delete my data", who)
        if not yard.rows(_OWN, member=member):
            break


ERRANDS = (Errand("export", export), Errand("delete data", delete))
