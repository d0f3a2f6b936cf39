"""The model's commands carried out for real, and what comes of them in the model's words."""

from datetime import datetime
from typing import Any

from storage import (
    Account,
    Action,
    Balance,
    Changed,
    CoolingDown,
    Deed,
    Failure,
    JobState,
    Limit,
    NotAdmitted,
    NotEnoughCredits,
    Spending,
    Standing,
    TooManyAtOnce,
)
from tests.storage.books import MODERATOR, Books, new_job
from tests.storage.model import (
    ClearLimit,
    Command,
    End,
    Finish,
    Grant,
    Order,
    Remove,
    SetLimit,
    SetZone,
    Take,
)


async def carry_out(kept: Books, command: Command, now: datetime) -> object:
    """Do it, and say what came of it."""
    match command:
        case Order():
            return await _order(kept, command, now)
        case Grant(guild, member, amount, number):
            granted = await kept.ledger.grant(Account(guild, member), amount, _deed(number), now)
            return granted.before.granted_left, granted.after.granted_left
        case Take(guild, member, amount, number):
            taken, changed = await kept.ledger.take(Account(guild, member), amount, _deed(number), now)
            return taken, changed.before.granted_left, changed.after.granted_left
        case End(number):
            ended = await kept.jobs.end(f"job{number}", (JobState.QUEUED,), Failure.PROVIDER_BUSY, now, actor_id=0)
            return ended and ended.state
        case Finish(number):
            done = await kept.jobs.advance(f"job{number}", JobState.QUEUED, JobState.DONE, now)
            return done and done.state
        case Remove(number, refund):
            deed, action = Deed(MODERATOR), Action.CLIP_REMOVED
            gone = await kept.jobs.remove(f"job{number}", refund=refund, deed=deed, now=now, action=action)
            return gone and (gone.fresh, gone.refunded)
        case SetLimit(guild, layer, target, what, value, period):
            return _rules(await kept.limits.set(guild, [Limit(layer, target, what, value, period)], _deed(), now))
        case ClearLimit(guild, layer, target, what):
            return _rules(await kept.limits.clear(guild, layer, target, _deed(), now, what))
        case SetZone(guild, zone):
            changed_to = await kept.servers.change(guild, {"time_zone": zone}, _deed(), now)
            return changed_to.before.time_zone, changed_to.after.time_zone


async def _order(kept: Books, order: Order, now: datetime) -> object:
    # Every second order is made in a thread of its channel.
    channel = order.channel if order.number % 2 else order.channel + 1000
    new = new_job(
        order.number,
        price=order.price,
        member_id=order.member,
        at=now,
        guild_id=order.guild,
        channel_id=channel,
        home_channel_id=order.channel,
        role_ids=order.roles,
    )
    try:
        return "job", int((await kept.jobs.accept(new)).id.removeprefix("job"))
    except NotAdmitted as refusal:
        return type(refusal).__name__, _fact(refusal)


def _fact(refusal: Any) -> object:
    if isinstance(refusal, TooManyAtOnce):
        return refusal.open_jobs
    if isinstance(refusal, CoolingDown):
        return refusal.until
    what: Balance | Spending = refusal.balance if isinstance(refusal, NotEnoughCredits) else refusal.spending
    return what.left


def _deed(number: int | None = None) -> Deed:
    return Deed(MODERATOR, "for the test", number)


def _rules(changed: Changed[tuple[Limit, ...]]) -> object:
    return tuple(
        {limit.rule: (limit.value, limit.period) for limit in side} for side in (changed.before, changed.after)
    )


def facts_of(found: Standing) -> dict[str, Any]:
    """A standing as the model tells it."""
    return {
        "layer": found.balance.limit.layer,
        "allowance": found.balance.allowance_left,
        "granted": found.balance.granted_left,
        "at_once": found.at_once.value,
        "open": found.open_jobs,
        "cools_until": found.cools_until,
        "channel": found.channel and (found.channel.limit.value, found.channel.spent),
        "budget": found.budget and (found.budget.limit.value, found.budget.spent),
        "everywhere": found.everywhere and (found.everywhere.limit.value, found.everywhere.spent),
    }
