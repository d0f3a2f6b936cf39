"""What a member has left, worked out once more from the ledger and the limits, in another way than the bot's."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.chaos.audit_facts import Facts, LimitRow, Quota

_LAYERS = ("member", "role", "everyone", "default")
_DAYS = {"day": 1, "week": 7, "month": 30}


def left_of(facts: Facts, of: Quota) -> int | None:
    """The credits that a member has left now; None is unlimited."""
    limit = _limit(facts, of)
    if limit.value is None:
        return None
    zone = ZoneInfo((facts.zones or {}).get(of.guild_id, "UTC"))
    period = _period_of(facts.now, limit, zone)
    own = [entry for entry in facts.entries if (entry.guild_id, entry.member_id) == (of.guild_id, of.member_id)]
    in_period = [entry for entry in own if _period_of(_moment(entry.counts_at), limit, zone) == period]
    used = -sum(entry.allowance for entry in in_period)
    return max(0, limit.value - used) + sum(entry.granted for entry in own)


def _limit(facts: Facts, of: Quota) -> LimitRow:
    per_day = facts.per_day[0] if of.guild_id else facts.per_day[1]
    default = LimitRow(of.guild_id, "default", 0, per_day, "day")
    theirs = {"member": {of.member_id}, "role": of.roles, "everyone": {0}, "default": {0}}
    candidates = [
        limit
        for limit in (*facts.limits, default)
        if limit.guild_id == of.guild_id and limit.target_id in theirs.get(limit.layer, ())
    ]
    return min(candidates, key=lambda limit: (_LAYERS.index(limit.layer), -_daily(limit)))


def _daily(limit: LimitRow) -> float:
    return float("inf") if limit.value is None else limit.value / _DAYS[limit.period or "day"]


def _period_of(moment: datetime, limit: LimitRow, zone: ZoneInfo) -> tuple[int, ...]:
    """Names the period around a moment: the same name, the same period."""
    day = moment.astimezone(zone).date()
    match limit.period:
        case "month":
            return day.year, day.month
        case "week":
            return tuple((day - timedelta(days=day.weekday())).timetuple()[:3])
        case _:
            return tuple(day.timetuple()[:3])


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, ZoneInfo("UTC"))
