"""Limits in layers: who may spend how much, how many jobs at once, and how soon again."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from storage.audit import Action, write_within
from storage.database import Database, fetch_all
from storage.deeds import Changed, Deed
from storage.jobs import to_milliseconds
from storage.periods import Period

EVERYWHERE = 0
"""The guild id of what the operator sets over all servers."""

_OF_GUILD = "SELECT * FROM limits WHERE guild_id = :guild ORDER BY layer, target_id, rule"
_OF_TARGET = "SELECT * FROM limits WHERE guild_id = :guild AND layer = :layer AND target_id = :target ORDER BY rule"

# A member's or channel's id is no other member's or channel's, so the layers need not be told apart here.
_AROUND = """
SELECT * FROM limits
WHERE guild_id = :guild AND (layer NOT IN ('member', 'channel') OR target_id IN (:member, :channel))
    OR guild_id = 0 AND layer = 'budget'
"""

_SET = """
INSERT INTO limits (guild_id, layer, target_id, rule, value, period, actor_id, set_at)
VALUES (:guild, :layer, :target, :rule, :value, :period, :actor, :now)
ON CONFLICT (guild_id, layer, target_id, rule)
DO UPDATE SET value = :value, period = :period, actor_id = :actor, set_at = :now
"""

_CLEAR = """
DELETE FROM limits
WHERE guild_id = :guild AND layer = :layer AND target_id = :target AND (:rule IS NULL OR rule = :rule)
"""


class Layer(StrEnum):
    """Whom a limit is for."""

    DEFAULT = "default"
    EVERYONE = "everyone"
    ROLE = "role"
    MEMBER = "member"
    CHANNEL = "channel"
    BUDGET = "budget"


class Rule(StrEnum):
    """What a limit holds down; a cooldown is in seconds."""

    CREDITS = "credits"
    AT_ONCE = "at_once"
    COOLDOWN = "cooldown"


_PRECEDENCE = (Layer.MEMBER, Layer.ROLE, Layer.EVERYONE, Layer.DEFAULT)
_TIMES_IN_210_DAYS = {Period.DAY: 210, Period.WEEK: 30, Period.MONTH: 7}
"""Whole days, weeks and months: credits of each can be compared without a fraction."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One rule for one target; a value of None is unlimited, and only credits have a period.

    The target is a role, a member or a channel; 0 for the layers that have no other.
    """

    layer: Layer
    target_id: int
    rule: Rule
    value: int | None
    period: Period | None = None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """Read a row of the table."""
        period = Period(row["period"]) if row["period"] else None
        return cls(Layer(row["layer"]), row["target_id"], Rule(row["rule"]), row["value"], period)


def defaults(credits_per_day: int) -> tuple[Limit, ...]:
    """What holds where nothing is set: the operator's credits a day, and nothing else."""
    return (
        Limit(Layer.DEFAULT, 0, Rule.CREDITS, credits_per_day, Period.DAY),
        Limit(Layer.DEFAULT, 0, Rule.AT_ONCE, None),
        Limit(Layer.DEFAULT, 0, Rule.COOLDOWN, None),
    )


def in_force(rule: Rule, limits: Iterable[Limit], member_id: int, role_ids: Collection[int]) -> tuple[Limit, ...]:
    """Every limit that could apply to a member, by precedence: the first one counts."""
    found = [limit for limit in limits if limit.rule is rule and _applies(limit, member_id, role_ids)]
    return tuple(sorted(found, key=_order) if len(found) > 1 else found)


def _applies(limit: Limit, member_id: int, role_ids: Collection[int]) -> bool:
    if limit.layer is Layer.MEMBER:
        return limit.target_id == member_id
    if limit.layer is Layer.ROLE:
        return limit.target_id in role_ids
    return limit.layer in (Layer.EVERYONE, Layer.DEFAULT)


def _order(limit: Limit) -> tuple[int, float, int]:
    return _PRECEDENCE.index(limit.layer), strictness(limit), limit.target_id


def strictness(limit: Limit) -> float:
    """Sorts limits of one rule from the most generous on; credits by what they come to in the same time."""
    if limit.rule is Rule.COOLDOWN:
        return limit.value or 0
    if limit.value is None:
        return float("-inf")
    return -limit.value * _TIMES_IN_210_DAYS[limit.period or Period.DAY]


def limits_around(
    connection: sqlite3.Connection, guild_id: int, member_id: int, channel_id: int
) -> tuple[list[Limit], list[Limit]]:
    """What bears on a member in a channel of a guild, and what the operator set over all servers."""
    keys = {"guild": guild_id, "member": member_id, "channel": channel_id}
    ours: list[Limit] = []
    everywhere: list[Limit] = []
    for row in fetch_all(connection, _AROUND, keys):
        # Jobs without a guild have its id, too, and limits of their own.
        over_all = row["guild_id"] == EVERYWHERE and row["layer"] == Layer.BUDGET
        (everywhere if over_all else ours).append(Limit.of(row))
    return ours, everywhere


class LimitStore:
    """The limits that are set. Each change is on the record, in the same transaction, unless it changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_guild(self, guild_id: int) -> list[Limit]:
        """All limits of a guild."""
        return [Limit.of(row) for row in await self._database.rows(_OF_GUILD, {"guild": guild_id})]

    async def of(self, guild_id: int, layer: Layer, target_id: int) -> list[Limit]:
        """The limits of one target."""
        values = {"guild": guild_id, "layer": layer, "target": target_id}
        return [Limit.of(row) for row in await self._database.rows(_OF_TARGET, values)]

    async def set(
        self, guild_id: int, limits: Sequence[Limit], deed: Deed, now: datetime
    ) -> Changed[tuple[Limit, ...]]:
        """Set rules of one target and leave its others; all its rules before and after."""
        if len({(limit.layer, limit.target_id) for limit in limits}) != 1:
            raise ValueError("limits are set for one target at a time")
        keys = {"guild": guild_id, "layer": limits[0].layer, "target": limits[0].target_id}
        stamp = {"actor": deed.actor_id, "now": to_milliseconds(now)}

        def change(connection: sqlite3.Connection) -> Changed[tuple[Limit, ...]]:
            before = _of_target(connection, keys)
            for limit in set(limits) - set(before):
                values = {"rule": limit.rule, "value": limit.value, "period": limit.period}
                connection.execute(_SET, keys | stamp | values)
            return _recorded(connection, Action.LIMIT_SET, keys, before, deed, now)

        return await self._database.write(change)

    async def clear(
        self, guild_id: int, layer: Layer, target_id: int, deed: Deed, now: datetime, rule: Rule | None = None
    ) -> Changed[tuple[Limit, ...]]:
        """Take away one rule of a target, or all of them; all its rules before and after."""
        keys = {"guild": guild_id, "layer": layer, "target": target_id}

        def change(connection: sqlite3.Connection) -> Changed[tuple[Limit, ...]]:
            before = _of_target(connection, keys)
            connection.execute(_CLEAR, keys | {"rule": rule})
            return _recorded(connection, Action.LIMIT_CLEARED, keys, before, deed, now)

        return await self._database.write(change)


def _of_target(connection: sqlite3.Connection, keys: Mapping[str, Any]) -> tuple[Limit, ...]:
    return tuple(Limit.of(row) for row in fetch_all(connection, _OF_TARGET, keys))


def _recorded(
    connection: sqlite3.Connection,
    action: Action,
    keys: Mapping[str, Any],
    before: tuple[Limit, ...],
    deed: Deed,
    now: datetime,
) -> Changed[tuple[Limit, ...]]:
    after = _of_target(connection, keys)
    if before != after:
        # Only the rules that are not the same on both sides.
        gone, come = (_words(set(one) - set(other)) for one, other in ((before, after), (after, before)))
        target = {"target_kind": keys["layer"], "target_id": keys["target"]}
        write_within(connection, keys["guild"], action, deed, now, **target, before=gone, after=come)
    return Changed(before, after)


def _words(limits: Iterable[Limit]) -> dict[str, dict[str, int | str | None]]:
    found = sorted(limits, key=lambda limit: limit.rule)
    return {limit.rule: {"value": limit.value} | ({"period": limit.period} if limit.period else {}) for limit in found}
