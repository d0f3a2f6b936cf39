"""What storage should say to a row of commands, in plain Python that knows nothing of SQL or transactions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage import EVERYWHERE, Layer, Period, Rule

PER_DAY = 12
Value = tuple[int | None, Period | None]


@dataclass(frozen=True)
class Order:
    guild: int
    member: int
    roles: frozenset[int]
    channel: int
    price: int
    number: int = 0


@dataclass(frozen=True)
class Grant:
    guild: int
    member: int
    amount: int
    number: int = 0


@dataclass(frozen=True)
class Take:
    guild: int
    member: int
    amount: int
    number: int = 0


@dataclass(frozen=True)
class End:
    number: int


@dataclass(frozen=True)
class Finish:
    number: int


@dataclass(frozen=True)
class Remove:
    number: int
    refund: bool


@dataclass(frozen=True)
class SetLimit:
    guild: int
    layer: Layer
    target: int
    rule: Rule
    value: int | None
    period: Period | None


@dataclass(frozen=True)
class ClearLimit:
    guild: int
    layer: Layer
    target: int
    rule: Rule | None


@dataclass(frozen=True)
class SetZone:
    guild: int
    zone: str


Command = Order | Grant | Take | End | Finish | Remove | SetLimit | ClearLimit | SetZone


@dataclass
class Paid:
    """A job and what was paid for it."""

    order: Order
    allowance: int
    granted: int
    at: datetime
    state: str = "queued"
    refunded: bool = False
    removed: bool = False


@dataclass
class Model:
    """Applies commands one after another and says what comes of each."""

    jobs: dict[int, Paid] = field(default_factory=dict)
    gifts: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    limits: dict[tuple[int, Layer, int], dict[Rule, Value]] = field(default_factory=dict)
    zones: dict[int, str] = field(default_factory=dict)

    def apply(self, command: Command, now: datetime) -> object:
        name = f"_{type(command).__name__.lower()}"
        return getattr(self, name)(command, now)

    def granted(self, guild: int, member: int) -> int:
        gifts = sum(amount for *whom, amount in self.gifts.values() if whom == [guild, member])
        return gifts - sum(paid.granted for paid in self._paid() if _whose(paid) == (guild, member))

    def standing(self, guild: int, member: int, roles: frozenset[int], channel: int, now: datetime) -> dict[str, Any]:
        """The facts that decide about an order, by name."""
        layer, (value, period) = self._counting(Rule.CREDITS, guild, member, roles)
        theirs = [paid for paid in self._paid() if _whose(paid) == (guild, member)]
        used = sum(paid.allowance for paid in theirs if self._same(guild, period, paid.at, now))
        return {
            "layer": layer,
            "allowance": None if value is None else max(0, value - used),
            "granted": self.granted(guild, member),
            "at_once": self._counting(Rule.AT_ONCE, guild, member, roles)[1][0],
            "open": sum(_whose(job) == (guild, member) and job.state == "queued" for job in self.jobs.values()),
            "cools_until": self._cools_until(guild, member, roles, now),
            "channel": self._spending(guild, (guild, Layer.CHANNEL, channel), now),
            "budget": self._spending(guild, (guild, Layer.BUDGET, 0), now),
            "everywhere": self._spending(EVERYWHERE, (EVERYWHERE, Layer.BUDGET, 0), now),
        }

    def _order(self, order: Order, now: datetime) -> object:
        if order.number in self.jobs:
            return "job", order.number
        facts = self.standing(order.guild, order.member, order.roles, order.channel, now)
        if refusal := _refusal(facts, order.price):
            return refusal
        unlimited = facts["allowance"] is None
        allowance = order.price if unlimited else min(order.price, facts["allowance"])
        assert order.price - allowance <= facts["granted"]
        self.jobs[order.number] = Paid(order, allowance, order.price - allowance, now)
        return "job", order.number

    def _grant(self, grant: Grant, now: datetime) -> object:
        before = self.granted(grant.guild, grant.member)
        self.gifts.setdefault(grant.number, (grant.guild, grant.member, grant.amount))
        return before, self.granted(grant.guild, grant.member)

    def _take(self, take: Take, now: datetime) -> object:
        before = self.granted(take.guild, take.member)
        amount = 0 if take.number in self.gifts else min(take.amount, before)
        if amount:
            self.gifts[take.number] = (take.guild, take.member, -amount)
        return amount, before, before - amount

    def _end(self, end: End, now: datetime) -> object:
        job = self.jobs.get(end.number)
        if job is None or job.state != "queued":
            return None
        job.state, job.refunded = "failed", True
        return "failed"

    def _finish(self, finish: Finish, now: datetime) -> object:
        job = self.jobs.get(finish.number)
        if job is None or job.state != "queued":
            return None
        job.state = "done"
        return "done"

    def _remove(self, remove: Remove, now: datetime) -> object:
        job = self.jobs.get(remove.number)
        if job is None or job.state != "done":
            return None
        fresh, job.removed = not job.removed, True
        job.refunded = remove.refund if fresh else job.refunded
        return fresh, job.order.price if job.refunded else 0

    def _setlimit(self, limit: SetLimit, now: datetime) -> object:
        rules = self.limits.setdefault((limit.guild, limit.layer, limit.target), {})
        before = dict(rules)
        rules[limit.rule] = (limit.value, limit.period)
        return before, dict(rules)

    def _clearlimit(self, limit: ClearLimit, now: datetime) -> object:
        rules = self.limits.setdefault((limit.guild, limit.layer, limit.target), {})
        before = dict(rules)
        for rule in Rule if limit.rule is None else (limit.rule,):
            rules.pop(rule, None)
        return before, dict(rules)

    def _setzone(self, zone: SetZone, now: datetime) -> object:
        before = self.zones.get(zone.guild, "UTC")
        self.zones[zone.guild] = zone.zone
        return before, zone.zone

    def _paid(self) -> Iterator[Paid]:
        return (job for job in self.jobs.values() if not job.refunded)

    def _counting(self, rule: Rule, guild: int, member: int, roles: frozenset[int]) -> tuple[Layer, Value]:
        own = self.limits.get((guild, Layer.MEMBER, member), {}).get(rule)
        if own:
            return Layer.MEMBER, own
        of_roles = [self.limits.get((guild, Layer.ROLE, role), {}).get(rule) for role in sorted(roles)]
        if found := [value for value in of_roles if value]:
            return Layer.ROLE, max(found, key=lambda value: _generosity(rule, value))
        everyone = self.limits.get((guild, Layer.EVERYONE, 0), {}).get(rule)
        if everyone:
            return Layer.EVERYONE, everyone
        return Layer.DEFAULT, (PER_DAY, Period.DAY) if rule is Rule.CREDITS else (None, None)

    def _spending(self, zone_of: int, key: tuple[int, Layer, int], now: datetime) -> tuple[int | None, int] | None:
        limit = self.limits.get(key, {}).get(Rule.CREDITS)
        if limit is None:
            return None
        guild, layer, target = key
        counted = (
            paid.order.price
            for paid in self.jobs.values()
            if (not paid.refunded or paid.removed)  # the video service was paid for a removed clip
            and guild in (EVERYWHERE, paid.order.guild)
            and (layer is not Layer.CHANNEL or paid.order.channel == target)
            and self._same(zone_of, limit[1], paid.at, now)
        )
        return limit[0], sum(counted)

    def _cools_until(self, guild: int, member: int, roles: frozenset[int], now: datetime) -> datetime | None:
        seconds = self._counting(Rule.COOLDOWN, guild, member, roles)[1][0]
        starts = [job.at for job in self.jobs.values() if _whose(job) == (guild, member) and job.state != "failed"]
        if not seconds or not starts:
            return None
        until = max(starts) + timedelta(seconds=seconds)
        return until if until > now else None

    def _same(self, guild: int, period: Period | None, one: datetime, other: datetime) -> bool:
        zone = UTC if guild == EVERYWHERE else ZoneInfo(self.zones.get(guild, "UTC"))
        days = [moment.astimezone(zone).date() for moment in (one, other)]
        if period is Period.WEEK:
            return days[0].isocalendar()[:2] == days[1].isocalendar()[:2]
        if period is Period.MONTH:
            return (days[0].year, days[0].month) == (days[1].year, days[1].month)
        return days[0] == days[1]


def _whose(job: Paid) -> tuple[int, int]:
    return job.order.guild, job.order.member


def _generosity(rule: Rule, value: Value) -> float:
    amount, period = value
    if rule is Rule.COOLDOWN:
        return -(amount or 0)
    if amount is None:
        return float("inf")
    return amount / {Period.WEEK: 7, Period.MONTH: 30}.get(period or Period.DAY, 1)


def _refusal(facts: dict[str, Any], price: int) -> object:
    if facts["at_once"] is not None and facts["open"] >= facts["at_once"]:
        return "TooManyAtOnce", facts["open"]
    if facts["cools_until"]:
        return "CoolingDown", facts["cools_until"]
    if facts["allowance"] is not None and facts["allowance"] + facts["granted"] < price:
        return "NotEnoughCredits", facts["allowance"] + facts["granted"]
    for name in ("channel", "budget", "everywhere"):
        most, spent = facts[name] or (None, 0)
        if most is not None and most - spent < price:
            return ("ChannelSpent" if name == "channel" else "BudgetSpent"), max(0, most - spent)
    return None
