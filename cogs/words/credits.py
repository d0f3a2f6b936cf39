"""Credits that moderators give, take and look up."""

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.text import because, credits, harmless
from engine import Balance, Changed, Entry, LedgerKind

NO_HISTORY = "No credits have moved for this member yet."


def granted(member_id: int, amount: int, change: Changed[Balance], reason: str) -> str:
    return f"Granted {credits(amount)} to <@{member_id}>: {_from_to(change)}.{because(reason)}"


def taken(member_id: int, asked: int, amount: int, change: Changed[Balance], reason: str) -> str:
    """What was taken, which may be less than was asked: the allowance of a period is the limits' matter."""
    if not amount:
        return (
            f"Nothing changed: <@{member_id}> has no granted credits left to take. "
            "What they get each period is set by `/limits set member`."
        )
    short = "" if amount == asked else f" Of the {asked:,} asked for, no more were granted ones."
    return f"Took {credits(amount)} from <@{member_id}>: {_from_to(change)}.{short}{because(reason)}"


def _from_to(change: Changed[Balance]) -> str:
    before, after = change.before, change.after
    if after.left is None or before.left is None:
        return f"from {before.granted_left:,} to {after.granted_left:,} granted, beside an unlimited allowance"
    return f"from {before.left:,} to {after.left:,} left"


def history(member_id: int, entries: Sequence[Entry]) -> str:
    """A page of what moved a member's credits, newest first."""
    head = f"**Credits of <@{member_id}>**, newest first"
    return "\n".join([head, *map(_history_line, entries)]) if entries else NO_HISTORY


def _history_line(entry: Entry) -> str:
    """One movement of credits: when, how many, and what for."""
    amount = f"{entry.amount:+,}".replace("-", "−")
    return f"- {format_dt(entry.created_at, 'f')} **{amount}** {_what_for(entry)}"


def _what_for(entry: Entry) -> str:
    because_of = f": {harmless(entry.reason.replace('_', ' '), 50)}" if entry.reason else ""
    clip = f" clip `{entry.job_id}`" if entry.job_id else ""
    match entry.kind:
        case LedgerKind.CHARGE:
            return f"charged for{clip}"
        case LedgerKind.REFUND:
            return f"returned for{clip}{because_of}"
        case LedgerKind.GRANT:
            return f"granted by <@{entry.actor_id}>{because_of}"
        case _:
            by = f"taken by <@{entry.actor_id}>" if entry.actor_id else "adjusted"
            return f"{by}{because_of}"
