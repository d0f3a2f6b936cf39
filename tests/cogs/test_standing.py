"""What members and moderators are told of a standing: from real books to the sentence."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cogs.words import credits, limits, standing
from engine import (
    EVERYWHERE,
    Account,
    Balance,
    Block,
    Deed,
    Entry,
    JobState,
    Layer,
    LedgerKind,
    Limit,
    Pause,
    Period,
    Prices,
    Rule,
    Spending,
    Standing,
)
from storage import Failure
from tests.storage.books import CHANNEL, GUILD, MEMBER, MODERATOR, NOON, Books, books, new_job

PRICES = Prices({"480P": 1, "720P": 2, "1080P": 3})
ROLES = frozenset(range(1, 8))
ACCOUNT = Account(GUILD, MEMBER, ROLES, CHANNEL)
SOON = NOON + timedelta(seconds=30)


async def _limited(kept: Books) -> None:
    """Set one limit of every kind, and spend some of each."""
    await kept.limit(Layer.EVERYONE, 0, 2, rule=Rule.AT_ONCE)
    await kept.limit(Layer.MEMBER, MEMBER, 60)
    await kept.limit(Layer.MEMBER, MEMBER, 600, rule=Rule.COOLDOWN)
    await kept.limit(Layer.CHANNEL, CHANNEL, 100, Period.WEEK)
    await kept.limit(Layer.BUDGET, 0, 500, Period.MONTH)
    await kept.limit(Layer.BUDGET, 0, 9000, Period.MONTH, guild_id=EVERYWHERE)
    await kept.ledger.grant(ACCOUNT, 12, Deed(MODERATOR, "a contest", 1), NOON)
    await kept.jobs.accept(new_job(1, price=15, role_ids=ROLES))


def _standing(folder: Path, *, limited: bool = True) -> Standing:
    async def read() -> Standing:
        async with books(folder) as kept:
            if limited:
                await _limited(kept)
            return await kept.standings.of(ACCOUNT, SOON)

    return asyncio.run(read())


def test_a_quota_without_limits_is_short(tmp_path: Path) -> None:
    text = standing.quota(_standing(tmp_path, limited=False), {"5 s at 720P": 10})
    assert text == (
        "You have **60 credits left**.\n- Today: 60 of 60, renewed <t:1773532800:R>\n-# Prices: 5 s at 720P 10 credits."
    )


def test_a_quota_tells_all_that_counts_and_what_holds_them_down(tmp_path: Path) -> None:
    text = standing.quota(_standing(tmp_path), {})
    assert text.splitlines() == [
        "You have **57 credits left**.",
        "⏳ Cooling down: the next clip <t:1773490200:R>.",
        "- Today: 45 of 60, renewed <t:1773532800:R>",
        "- Granted by moderators: 12, which do not expire",
        "- At once: 1 of 2 clips under way",
        "- Cooldown: 10 min from one clip to the next",
        "- This channel, all members together: 85 of 100 left this week, renewed <t:1773619200:R>",
        "- This server, all members together: 485 of 500 left this month, renewed <t:1775001600:R>",
    ]


def test_an_unlimited_member_is_told_so(tmp_path: Path) -> None:
    async def read() -> Standing:
        async with books(tmp_path) as kept:
            await kept.limit(Layer.MEMBER, MEMBER, None)
            return await kept.standings.of(ACCOUNT, NOON)

    found = asyncio.run(read())
    assert standing.quota(found, {}) == "You have **unlimited credits**."
    assert "**Credits**: unlimited\n-# ↳ their own limit, before" in standing.explained(MEMBER, CHANNEL, found, PRICES)


def test_what_a_used_up_cap_does_is_said_first(tmp_path: Path) -> None:
    found = _standing(tmp_path)
    assert found.channel
    assert found.budget
    assert found.everywhere
    spent = replace(
        found,
        cools_until=None,
        balance=replace(found.balance, allowance_left=0, granted_left=0),
        channel=replace(found.channel, spent=100),
        budget=replace(found.budget, spent=600),
        everywhere=replace(found.everywhere, spent=9000),
        open_jobs=2,
    )
    head, *obstacles = standing.explained(MEMBER, CHANNEL, spent, PRICES).splitlines()[:6]
    assert head == f"⛔ <@{MEMBER}> cannot make clips now: **0 credits left**"
    assert obstacles == [
        "⏳ As many clips are under way as may be at once: the next when one is done.",
        "⌛ No credits left, renewed <t:1773532800:R>.",
        "⌛ The cap of this channel is used up, renewed <t:1773619200:R>.",
        "⌛ This server's budget is used up, renewed <t:1775001600:R>.",
        "⌛ The budget of the bot's operator is used up, renewed <t:1775001600:R>.",
    ]


def test_what_the_operator_pays_is_not_told_in_servers(tmp_path: Path) -> None:
    found = _standing(tmp_path)
    assert found.everywhere
    for text in (standing.quota(found, {}), standing.explained(MEMBER, CHANNEL, found, PRICES)):
        assert "9,000" not in text


def test_many_roles_do_not_make_it_long(tmp_path: Path) -> None:
    async def read() -> Standing:
        async with books(tmp_path) as kept:
            for role in ROLES:
                for rule in Rule:
                    await kept.limit(Layer.ROLE, role, 10 * role, rule=rule)
            return await kept.standings.of(ACCOUNT, NOON)

    text = standing.explained(MEMBER, CHANNEL, asyncio.run(read()), PRICES)
    best, *others = [line for line in text.splitlines() if line.startswith("-# ↳ from <@&7>")]
    assert best == (
        "-# ↳ from <@&7>, the best of their roles, before <@&6> (60 a day), <@&5> (50 a day), <@&4> (40 a day), 4 more"
    )
    assert others
    assert "**Cooldown**: 10 s\n-# ↳ from <@&1>, the best of their roles" in text
    assert len(text) < 1200


def test_the_longest_explanation_fits_into_a_message() -> None:
    most, far = 2**63 - 1, NOON + timedelta(days=9999)
    cap = Spending(Limit(Layer.CHANNEL, most, Rule.CREDITS, 1_000_000, Period.MONTH), 1_000_000, far)
    rules = {
        Rule.CREDITS: tuple(Limit(Layer.ROLE, most - n, Rule.CREDITS, 1_000_000, Period.MONTH) for n in range(30)),
        Rule.AT_ONCE: tuple(Limit(Layer.ROLE, most - n, Rule.AT_ONCE, 100) for n in range(30)),
        Rule.COOLDOWN: tuple(Limit(Layer.ROLE, most - n, Rule.COOLDOWN, 604_799) for n in range(30)),
    }
    found = Standing(
        balance=Balance(rules[Rule.CREDITS][0], 0, 0, far),
        at_once=rules[Rule.AT_ONCE][0],
        open_jobs=100,
        cooldown=rules[Rule.COOLDOWN][0],
        cools_until=far,
        channel=cap,
        budget=cap,
        everywhere=cap,
        block=Block(most, far, "*_~|" * 50, most, far),
        pause=Pause(most, "*_~|" * 50, far, everywhere=False),
        rules=rules,
    )
    assert len(standing.explained(most, most, found, PRICES, present=False)) <= 2000
    clips = {f"{seconds} s at {tier}": 1_000 for seconds in (2, 15) for tier in ("480P", "720P", "1080P")}
    assert len(standing.quota(found, clips)) <= 2000


def test_somebody_who_left_has_no_roles_that_count(tmp_path: Path) -> None:
    text = standing.explained(MEMBER, CHANNEL, _standing(tmp_path), PRICES, present=False)
    assert "They are not in this server now, so no roles count." in text


def test_every_limit_of_a_server_is_listed_by_layer(tmp_path: Path) -> None:
    async def read() -> list[str]:
        async with books(tmp_path) as kept:
            await _limited(kept)
            await kept.limit(Layer.ROLE, 7, None)
            found = await kept.standings.of(ACCOUNT, SOON)
            return limits.of_server(await kept.limits.of_guild(GUILD), found, "Europe/Berlin", PRICES)

    assert asyncio.run(read()) == [
        (
            "**Server budget**: 15 of 500 credits spent this month, renewed <t:1775001600:R>\n"
            "-# About 0.75 USD of 25.00 USD at list price"
        ),
        "**Everyone**: 2 at once",
        "**Roles** (the best of a member's roles counts)",
        "- <@&7>: unlimited credits",
        "**Members**",
        f"- <@{MEMBER}>: 60 credits a day · cooldown 10 min",
        "**Channels** (for all members together)",
        f"- <#{CHANNEL}>: 100 credits a week",
        (
            "-# Where nothing is set: 60 credits a day · unlimited at once · no cooldown. "
            "Days, weeks and months begin at midnight in Europe/Berlin."
        ),
    ]


def test_history_says_what_each_movement_was_for(tmp_path: Path) -> None:
    async def read() -> str:
        async with books(tmp_path) as kept:
            await _limited(kept)
            await kept.jobs.end("job1", [JobState.QUEUED], Failure.PROVIDER_FAILED, SOON, actor_id=0)
            entries = await kept.ledger.history(GUILD, MEMBER, limit=10)
            assert {entry.kind for entry in entries} == {LedgerKind.GRANT, LedgerKind.CHARGE, LedgerKind.REFUND}
            return credits.history(MEMBER, entries)

    assert asyncio.run(read()).splitlines() == [
        f"**Credits of <@{MEMBER}>**, newest first",
        "- <t:1773489630:f> **+15** returned for clip `job1`: provider failed",
        "- <t:1773489600:f> **−15** charged for clip `job1`",
        f"- <t:1773489600:f> **+12** granted by <@{MODERATOR}>: a contest",
    ]


def test_a_page_of_history_fits_into_a_message() -> None:
    most = 2**63 - 1
    entry = Entry(1, LedgerKind.GRANT, 0, 1_000_000, None, most, "*_~|" * 50, NOON)
    assert len(credits.history(most, [entry] * 10)) <= 2000


def test_a_limit_says_what_it_gives_in_short() -> None:
    def said(rule: Rule, value: int | None, period: Period | None = None) -> str:
        return limits.gives(Limit(Layer.EVERYONE, 0, rule, value, period))

    assert said(Rule.CREDITS, 1000, Period.MONTH) == "1,000 a month"
    assert said(Rule.CREDITS, 0, Period.DAY) == "0 a day"
    assert said(Rule.CREDITS, None) == "unlimited"
    assert said(Rule.AT_ONCE, 3) == "3"
    assert said(Rule.AT_ONCE, None) == "unlimited"
    assert said(Rule.COOLDOWN, 5400) == "1 h 30 min"
    assert said(Rule.COOLDOWN, None) == said(Rule.COOLDOWN, 0) == "none"
