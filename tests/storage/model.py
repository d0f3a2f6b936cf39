"""What storage should say to a row of commands, in plain Python that knows nothing of SQL or transactions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage import EVERYWHERE, Layer, Period, Rule
from tests.storage.commands import (
    ClearLimit,
    Command,
    End,
    Finish,
    Grant,
    Hold,
    Intend,
    Order,
    Post,
    Ready,
    Remove,
    Reroute,
    SetLimit,
    SetZone,
    Take,
)

PER_DAY = 12
Value = tuple[int | None, Period | None]


OPEN = ("queued", "ready", "posting")


@dataclass
class Paid:
    """A job and what was paid for it."""

    order: Order
    allowance: int
    granted: int
    at: datetime
    state: str = "queued"
    route: str | None = None
    waits: bool = False
    refunded: bool = False
    made: bool = False
    removed: bool = False


@dataclass
class Model:
    """Applies commands one after another and says what comes of each."""

    jobs: dict[int, Paid] = field(default_factory=dict)
    gifts: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    limits: dict[tuple[int, Layer, int], dict[Rule, Value]] = field(default_factory=dict)
    zones: dict[int, str] = field(default_factory=dict)
    removals: int = 0

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
            "open": sum(_whose(job) == (guild, member) and _takes_a_place(job) for job in self.jobs.values()),
            "cools_until": self._cools_until(guild, member, roles, now),
            "channel": self._spending(guild, (guild, Layer.CHANNEL, channel), now),
            "budget": self._spending(guild, (guild, Layer.BUDGET, 0), now),
            "everywhere": self._spending(EVERYWHERE, (EVERYWHERE, Layer.BUDGET, 0), now),
        }

    def _order(self, order: Order, now: datetime) -> object:
        if order.number in self.jobs:
            return "jobs", order.numbers
        facts = self.standing(order.guild, order.member, order.roles, order.channel, now)
        if refusal := _refusal(facts, order.price * order.takes, order.takes):
            return refusal
        left = facts["allowance"]
        for number in order.numbers:
            allowance = order.price if left is None else min(order.price, left)
            left = None if left is None else left - allowance
            self.jobs[number] = Paid(order, allowance, order.price - allowance, now)
        assert self.granted(order.guild, order.member) >= 0
        return "jobs", order.numbers

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
        if job is None or job.state not in OPEN:
            return None
        job.made = job.state != "queued"
        job.state, job.refunded = "failed", True
        return "failed"

    def _finish(self, finish: Finish, now: datetime) -> object:
        return self._step(finish.number, "done")

    def _ready(self, ready: Ready, now: datetime) -> object:
        return self._step(ready.number, "ready")

    def _step(self, number: int, to: str) -> object:
        job = self.jobs.get(number)
        if job is None or job.state != "queued":
            return None
        job.state = to
        return to

    def _intend(self, intend: Intend, now: datetime) -> object:
        jobs = self._all(intend.numbers, "ready")
        for job in jobs:
            job.state, job.route, job.waits = "posting", intend.route, False
        return len(jobs)

    def _reroute(self, reroute: Reroute, now: datetime) -> object:
        jobs = self._all(reroute.numbers, "posting")
        if any(job.route != reroute.from_route for job in jobs):
            return 0
        for job in jobs:
            job.route = reroute.to_route
        return len(jobs)

    def _hold(self, hold: Hold, now: datetime) -> object:
        jobs = self._all(hold.numbers, "posting")
        for job in jobs:
            job.state, job.route, job.waits = "ready", None, True
        return len(jobs)

    def _post(self, post: Post, now: datetime) -> object:
        state = "ready" if post.handed_over else "posting"
        jobs = [self.jobs[number] for number in post.numbers if self.jobs[number].state == state]
        for job in jobs:
            job.state = "done"
        return len(jobs)

    def _all(self, numbers: tuple[int, ...], state: str) -> list[Paid]:
        jobs = [self.jobs[number] for number in numbers]
        return jobs if all(job.state == state for job in jobs) else []

    def _remove(self, remove: Remove, now: datetime) -> object:
        job = self.jobs.get(remove.number)
        done = [one for one in self.jobs.values() if job and one.order == job.order and one.state == "done"]
        chosen = [one for one in done if not one.removed]
        fresh = bool(chosen)
        self.removals += fresh
        for one in chosen:
            one.removed, one.refunded = True, remove.refund
        return (fresh, sum(one.order.price for one in chosen or done if one.refunded)) if done else None

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
            if (not paid.refunded or paid.removed or paid.made)  # the video service was paid for it
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


def _takes_a_place(job: Paid) -> bool:
    return job.state in OPEN and not job.waits


def _refusal(facts: dict[str, Any], price: int, takes: int) -> object:
    if facts["at_once"] is not None and facts["open"] + takes > facts["at_once"]:
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
