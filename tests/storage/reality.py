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
    Job,
    JobState,
    Limit,
    NewJob,
    NotAdmitted,
    NotEnoughCredits,
    Spending,
    Standing,
    TooManyAtOnce,
)
from tests.storage.books import MODERATOR, Books, new_job, takes
from tests.storage.commands import (
    ClearLimit,
    Command,
    Delivery,
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

OPEN_STATES = tuple(state for state in JobState if not state.final)


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
        case End() | Finish() | Ready():
            moved = await _step(kept, command, now)
            return moved and moved.state
        case Intend() | Reroute() | Hold() | Post():
            return len(await _deliver(kept, command, now))
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


async def _step(kept: Books, command: End | Finish | Ready, now: datetime) -> Job | None:
    job_id = f"job{command.number}"
    if isinstance(command, End):
        return await kept.jobs.end(job_id, OPEN_STATES, Failure.PROVIDER_BUSY, now, actor_id=0)
    to = JobState.DONE if isinstance(command, Finish) else JobState.READY
    return await kept.jobs.advance(job_id, JobState.QUEUED, to, now)


async def _deliver(kept: Books, command: Delivery, now: datetime) -> list[Job]:
    """One job by what is for one, several takes by what is for several."""
    ids = [f"job{number}" for number in command.numbers]
    found = await (_deliver_one(kept, command, ids[0], now) if len(ids) == 1 else _deliver_all(kept, command, ids, now))
    return found if isinstance(found, list) else [found] if found else []


async def _deliver_one(kept: Books, command: Delivery, job_id: str, now: datetime) -> Job | None:
    match command:
        case Intend():
            return await kept.jobs.advance(job_id, JobState.READY, JobState.POSTING, now, route=command.route)
        case Reroute():
            return await kept.jobs.reroute(job_id, command.from_route, command.to_route, now)
        case Hold():
            return await kept.jobs.hold(job_id, now)
        case Post():
            return await kept.jobs.advance(job_id, _posted_from(command), JobState.DONE, now, clip_message_id=900)


async def _deliver_all(kept: Books, command: Delivery, ids: list[str], now: datetime) -> list[Job]:
    match command:
        case Intend():
            return await kept.jobs.intend_batch(f"batch-job{command.number}", ids, command.route, now)
        case Reroute():
            return await kept.jobs.reroute_batch(ids, command.from_route, command.to_route, now)
        case Hold():
            return await kept.jobs.hold_batch(ids, now)
        case Post():
            return await kept.jobs.done_batch(ids, 900, 20, now, from_state=_posted_from(command))


def _posted_from(post: Post) -> JobState:
    return JobState.READY if post.handed_over else JobState.POSTING


async def _order(kept: Books, order: Order, now: datetime) -> object:
    # Every second order is made in a thread of its channel.
    channel = order.channel if order.number % 2 else order.channel + 1000
    news = [
        new_job(
            number,
            price=order.price,
            member_id=order.member,
            at=now,
            guild_id=order.guild,
            channel_id=channel,
            home_channel_id=order.channel,
            role_ids=order.roles,
        )
        for number in order.numbers
    ]
    try:
        accepted = await (kept.jobs.accept_batch(takes(news)) if order.takes > 1 else _accept(kept, news[0]))
    except NotAdmitted as refusal:
        return type(refusal).__name__, _fact(refusal)
    return "jobs", tuple(int(job.id.removeprefix("job")) for job in accepted)


async def _accept(kept: Books, new: NewJob) -> list[Job]:
    return [await kept.jobs.accept(new)]


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
