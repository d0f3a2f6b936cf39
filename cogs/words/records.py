"""The record of what moderators changed, a line for each entry; and the words around it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from discord.utils import TimestampStyle, format_dt

from cogs.text import code, covered, credits, duration, harmless, usd
from cogs.words.settings import SETTINGS, setting
from engine import EVERYWHERE, Action, AuditEntry, Prices

Facts = Mapping[str, Any]

_MOST_CHARACTERS = 2000
_MOST_OF_AN_ENTRY = 600

NOTHING = "Nothing of that kind is on record here."
TABLE = "Here is the record as a table, oldest first."

ACTIONS = {
    Action.LIMIT_SET: "Limit set",
    Action.LIMIT_CLEARED: "Limit cleared",
    Action.CREDITS_GRANTED: "Credits granted",
    Action.CREDITS_TAKEN: "Credits taken",
    Action.MEMBER_BLOCKED: "Member blocked",
    Action.BLOCK_LIFTED: "Block lifted",
    Action.MEMBER_PAUSED: "Member paused",
    Action.PHRASE_ADDED: "Words refused",
    Action.PHRASE_REMOVED: "Words allowed again",
    Action.CHANNEL_SET: "Channel set",
    Action.CHANNEL_CLEARED: "Channel cleared",
    Action.SERVER_SET: "Server set",
    Action.SERVER_PAUSED: "Server paused",
    Action.SERVER_RESUMED: "Server resumed",
    Action.CLIP_REMOVED: "Clip removed",
    Action.CLIP_DELETED: "Clip deleted",
    Action.BUDGET_80: "80 % of the budget used",
    Action.BUDGET_100: "Budget spent",
}

_TARGETS = {"role": "<@&{}>", "member": "<@{}>", "channel": "<#{}>"}
_PERIODS = {"day": "today", "week": "this week", "month": "this month"}


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much of an entry is told: what does not fit is told in less of it."""

    changes: int
    characters: int
    reason: int


_DETAILS = (_Detail(8, 200, 300), _Detail(6, 60, 80), _Detail(3, 30, 30), _Detail(2, 20, 0), _Detail(0, 0, 0))


def board(entries: Sequence[AuditEntry], prices: Prices, foot: str = "") -> str:
    """Up to ten entries as one message, a line for each: when, what, from what to what, by whom, why."""
    # Long ones give way where there are many: whole first, then each within its share of the message.
    share = (_MOST_CHARACTERS - len(foot) - 1) // max(len(entries), 1) - 1
    for most in (_MOST_OF_AN_ENTRY, share):
        lines = [_fitting(entry, prices, most) for entry in entries]
        text = "\n".join([*lines, foot] if foot else lines)
        if len(text) <= _MOST_CHARACTERS:
            break
    return text


def page(entries: Sequence[AuditEntry], prices: Prices, number: int, count: int, size: int) -> str:
    """A page of the record."""
    told = "1 entry" if count == 1 else f"{count:,} entries"
    foot = f"-# Page {number + 1:,} of {-(-count // size):,} · {told}, newest first"
    return board(entries, prices, foot) if entries else NOTHING


def person(user_id: int) -> str:
    """A person, without a name once they have had themselves forgotten."""
    return f"<@{user_id}>" if user_id else "a member who left"


def _fitting(entry: AuditEntry, prices: Prices, most_characters: int) -> str:
    lines = [_line(entry, prices, detail) for detail in _DETAILS]
    return next((line for line in lines if len(line) <= most_characters), lines[-1])


def _line(entry: AuditEntry, prices: Prices, detail: _Detail) -> str:
    about, changes = _TOLD[entry.action](entry, prices, detail)
    parts = [f"{format_dt(entry.created_at, 'f')} **{ACTIONS[entry.action]}**{about}"]
    if changes:
        parts[0] += f": {', '.join(changes[: detail.changes]) or '…'}"
        if len(changes) > detail.changes > 0:
            parts[0] += f" and {len(changes) - detail.changes} more"
    if entry.actor_id:
        parts.append(f"by <@{entry.actor_id}>")
    if entry.reason and detail.reason:
        parts.append(f"“{harmless(entry.reason, detail.reason)}”")
    return " · ".join(parts)


def _limit(entry: AuditEntry, _: Prices, __: _Detail) -> tuple[str, list[str]]:
    before, after = entry.before or {}, entry.after or {}
    rules = [rule for rule in ("credits", "at_once", "cooldown") if before.get(rule) != after.get(rule)]
    return f" for {_target(entry)}", [f"{_rule(rule, before)} → {_rule(rule, after)}" for rule in rules]


def _target(entry: AuditEntry) -> str:
    if entry.target_kind in _TARGETS and entry.target_id != "0":
        return _TARGETS[entry.target_kind].format(entry.target_id)
    if entry.target_kind == "budget":
        return "all servers together" if entry.guild_id == EVERYWHERE else "the whole server"
    return "a member who left" if entry.target_kind == "member" else "everyone"


def _rule(rule: str, values: Facts) -> str:
    """One rule of a limit in words."""
    limit = values.get(rule)
    if limit is None:
        return f"no {'cooldown' if rule == 'cooldown' else 'limit'} of its own"
    value = limit.get("value")
    if rule == "at_once":
        return "any number at once" if value is None else f"{value} at once"
    if rule == "cooldown":
        return f"{duration(value)} between clips" if value else "no cooldown"
    return "unlimited credits" if value is None else f"{credits(value)} a {limit.get('period')}"


def _credits(entry: AuditEntry, _: Prices, __: _Detail) -> tuple[str, list[str]]:
    before, after = entry.before or {}, entry.after or {}
    verb = "to" if entry.action is Action.CREDITS_GRANTED else "from"
    amount = credits(abs(after.get("amount", 0)))
    return f" {verb} {_target(entry)}", [f"{amount}, {_left(before)} → {_left(after)} left"]


def _left(facts: Facts) -> str:
    left = facts.get("left")
    return "unlimited" if left is None else f"{left:,}"


def _block(entry: AuditEntry, _: Prices, detail: _Detail) -> tuple[str, list[str]]:
    after = None if entry.after is None else {**entry.after, "reason": ""}  # why it was done stands at the end
    return f" {_target(entry)}", [f"{_until(entry.before, detail)} → {_until(after, detail)}"]


def _until(block: Facts | None, detail: _Detail) -> str:
    if block is None:
        return "not blocked"
    until = block.get("until")
    words = f"until {_when(until, 'f')}" if until else "for good"
    reason = block.get("reason")
    return f"{words} (“{harmless(reason, detail.characters)}”)" if reason and detail.characters > 100 else words


def _when(milliseconds: int, style: TimestampStyle) -> str:
    return format_dt(datetime.fromtimestamp(milliseconds / 1000, UTC), style)


def _phrase(entry: AuditEntry, _: Prices, detail: _Detail) -> tuple[str, list[str]]:
    phrase = (entry.after or entry.before or {}).get("phrase", "")
    # Hidden until somebody wants to read it: a record is read by people as well.
    return "", [covered(phrase, detail.characters)] if detail.characters else []


def _settings(entry: AuditEntry, _: Prices, detail: _Detail) -> tuple[str, list[str]]:
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    changes = [
        f"{SETTINGS.get(name, name)} {setting(name, before.get(name), detail.characters)}"
        f" → {setting(name, after.get(name), detail.characters)}"
        for name in names
    ]
    if entry.target_kind != "channel":
        return "", changes
    return f" {'<#' + entry.target_id + '>' if entry.target_id != '0' else 'for the whole server'}", changes


def _pause(entry: AuditEntry, _: Prices, __: _Detail) -> tuple[str, list[str]]:
    return (" with all others" if entry.guild_id == EVERYWHERE else ""), []


def _clip(entry: AuditEntry, _: Prices, __: _Detail) -> tuple[str, list[str]]:
    facts = entry.after or {}
    about = f" {code(entry.target_id, 20)} of {person(int(facts.get('member') or 0))}"
    if entry.action is Action.CLIP_DELETED:
        return about, []
    refunded = facts.get("refunded", 0)
    return about, [f"{credits(refunded)} returned" if refunded else "nothing returned"]


def _budget(entry: AuditEntry, prices: Prices, _: _Detail) -> tuple[str, list[str]]:
    facts = entry.after or {}
    spent, most = int(facts.get("spent", 0)), int(facts.get("credits", 0))
    period = _PERIODS.get(str(facts.get("period")), "")
    where = " over all servers" if entry.guild_id == EVERYWHERE else ""
    worth = f"about {usd(prices.usd(spent))} of {usd(prices.usd(most))} at list price"
    renews = facts.get("renews_at")
    until = f"it renews {_when(renews, 'R')}" if renews else "it renews"
    what = "no new clips" if spent >= most else "an order did not fit into the rest, only smaller ones do"
    stops = [f"{what} until {until} or is raised"] if entry.action is Action.BUDGET_100 else []
    return where, [f"{spent:,} of {credits(most)} {period} ({worth})", *stops]


_TOLD: dict[Action, Callable[[AuditEntry, Prices, _Detail], tuple[str, list[str]]]] = {
    Action.LIMIT_SET: _limit,
    Action.LIMIT_CLEARED: _limit,
    Action.CREDITS_GRANTED: _credits,
    Action.CREDITS_TAKEN: _credits,
    Action.MEMBER_BLOCKED: _block,
    Action.BLOCK_LIFTED: _block,
    Action.MEMBER_PAUSED: _block,
    Action.PHRASE_ADDED: _phrase,
    Action.PHRASE_REMOVED: _phrase,
    Action.CHANNEL_SET: _settings,
    Action.CHANNEL_CLEARED: _settings,
    Action.SERVER_SET: _settings,
    Action.SERVER_PAUSED: _pause,
    Action.SERVER_RESUMED: _pause,
    Action.CLIP_REMOVED: _clip,
    Action.CLIP_DELETED: _clip,
    Action.BUDGET_80: _budget,
    Action.BUDGET_100: _budget,
}
