"""The ways a clip can go, in the order in which they are tried: pure, of the job and the moment."""

from datetime import datetime
from enum import StrEnum

from storage import Installed, Job, Route

__all__ = ["Route", "Why", "after", "is_direct_from_the_start", "natural", "plan", "why"]


class Why(StrEnum):
    """Why a clip goes to its member directly and not where it was asked for."""

    CLOSED = "closed"
    REFUSED = "refused"
    SLOW = "slow"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"
    """Something of the above: which, nobody remembers."""


def plan(job: Job, now: datetime) -> tuple[Route, ...]:
    """The routes that can be tried now, the best first; without the reply once its token is dead."""
    first = natural(job)
    if first is Route.REPLY and not (job.token and job.token_until and now < job.token_until):
        return (Route.DIRECT,)
    return (first,) if first is Route.DIRECT else (first, Route.DIRECT)


def after(job: Job, route: Route, now: datetime) -> Route | None:
    """The route to try once this one has surely not taken the clip; None where there is no other."""
    routes = plan(job, now)
    later = routes[routes.index(route) + 1 :] if route in routes else routes
    return next(iter(later), None)


def why(job: Job, route: Route, known: Why | None = None) -> Why | None:
    """What a clip by this route has to say of it; None where it goes where it was asked for."""
    if route is not Route.DIRECT or is_direct_from_the_start(job):
        return None
    return known or (Why.EXPIRED if natural(job) is Route.REPLY else Why.ELSEWHERE)


def is_direct_from_the_start(job: Job) -> bool:
    """Whether the job was asked for in the bot's own direct messages."""
    return natural(job) is Route.DIRECT


def natural(job: Job) -> Route:
    """The route to where it was asked for, whether it is open or not."""
    if job.installed is Installed.USER:
        return Route.REPLY
    if not job.guild_id:
        return Route.DIRECT
    return Route.REPLY if job.private else Route.CHANNEL
