"""Notes that a budget is nearly or wholly spent: once in a period for each size that the budget has in it."""

import sqlite3
from datetime import datetime

from storage.audit import Action, write_within
from storage.database import fetch_all
from storage.deeds import BOT, Deed
from storage.jobs import to_milliseconds
from storage.limits import EVERYWHERE
from storage.standings import Spending, Standing

_NEARLY_PERCENT = 80

# A note makes those of a lower rank needless. When it renews tells one period from the next.
_TOLD = """
SELECT 1 FROM audit
WHERE guild_id = :guild AND target_kind = 'budget'
    AND json_extract(after, '$.renews_at') = :renews_at AND json_extract(after, '$.credits') = :credits
    AND CASE WHEN action = 'budget_80' THEN 1 WHEN json_extract(after, '$.spent') < :credits THEN 2 ELSE 3 END >= :rank
LIMIT 1
"""


def note_charge_within(
    connection: sqlite3.Connection, guild_id: int, standing: Standing, price: int, now: datetime
) -> None:
    """Record where a charge, not yet part of the standing, brings the server's or the operator's budget to its mark."""
    for owner, budget in ((guild_id, standing.budget), (EVERYWHERE, standing.everywhere)):
        if budget and budget.limit.value is not None:
            spent = budget.spent + price
            if spent >= budget.limit.value:
                note_within(connection, Action.BUDGET_100, owner, budget, spent, now)
            elif is_nearly_spent(budget, spent):
                note_within(connection, Action.BUDGET_80, owner, budget, spent, now)


def is_nearly_spent(budget: Spending, spent: int) -> bool:
    """Whether so much of a budget is its first mark or beyond."""
    return budget.limit.value is not None and spent * 100 >= budget.limit.value * _NEARLY_PERCENT


def note_within(
    connection: sqlite3.Connection, action: Action, guild_id: int, budget: Spending, spent: int, now: datetime
) -> None:
    """Record that a budget has come to a mark, unless this is on the record already."""
    facts = {"credits": budget.limit.value, "renews_at": to_milliseconds(budget.renews_at)}
    if fetch_all(connection, _TOLD, facts | {"guild": guild_id, "rank": _rank(action, budget, spent)}):
        return
    after = {"spent": spent, "period": budget.limit.period, **facts}
    deed = Deed(BOT)
    write_within(connection, guild_id, action, deed, now, target_kind="budget", target_id=0, before=None, after=after)


def _rank(action: Action, budget: Spending, spent: int) -> int:
    """Nearly spent, too little left for an order, all spent."""
    if action is Action.BUDGET_80:
        return 1
    return 2 if spent < (budget.limit.value or 0) else 3
