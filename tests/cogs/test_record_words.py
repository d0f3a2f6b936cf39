"""Every entry of the record in words: it fits, it tells from what to what, and nothing of others does harm in it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.words import records
from engine import EVERYWHERE, Action, AuditEntry, Prices
from tests.cogs.test_words import nasty, texts
from tests.storage.books import NOON

PRICES = Prices({"480P": 1, "720P": 2, "1080P": 3})
UNTIL = round((NOON + timedelta(hours=1)).timestamp() * 1000)
LOUD = re.compile(r"@everyone|@here")

free = st.one_of(st.none(), texts, nasty)
settings = st.fixed_dictionaries(
    {},
    optional={
        "allowed": st.none() | st.booleans(),
        "models": st.none() | st.lists(texts, max_size=4),
        "most_seconds": st.none() | st.integers(2, 15),
        "negative_prompt": free,
        "template": free,
        "time_zone": free,
        "log_channel_id": st.none() | st.integers(1, 2**63),
        "unheard_of": free,
    },
)


def entry(action: Action, kind: str, target: str, before: Any, after: Any, **more: Any) -> AuditEntry:
    facts = {"id": 1, "guild_id": 10, "actor_id": 40, "reason": "", "created_at": NOON, **more}
    return AuditEntry(action=action, target_kind=kind, target_id=target, before=before, after=after, **facts)


EXAMPLES = [
    (
        entry(Action.LIMIT_SET, "role", "7", {"credits": {"value": 60, "period": "day"}}, {"credits": {"value": None}}),
        "**Limit set** for <@&7>: 60 credits a day → unlimited credits",
    ),
    (
        entry(Action.LIMIT_SET, "everyone", "0", {}, {"at_once": {"value": 2}, "cooldown": {"value": 90}}),
        "for everyone: no limit of its own → 2 at once, no cooldown of its own → 1 min 30 s between clips",
    ),
    (
        entry(Action.LIMIT_CLEARED, "budget", "0", {"credits": {"value": 900, "period": "month"}}, {}),
        "for the whole server: 900 credits a month → no limit of its own",
    ),
    (
        entry(Action.LIMIT_SET, "budget", "0", {}, {"credits": {"value": 9, "period": "day"}}, guild_id=EVERYWHERE),
        "for all servers together: ",
    ),
    (
        entry(Action.CREDITS_GRANTED, "member", "5", {"left": 12}, {"left": 20, "amount": 8}, reason="a contest"),
        "**Credits granted** to <@5>: 8 credits, 12 → 20 left · by <@40> · “a contest”",
    ),
    (
        entry(Action.CREDITS_TAKEN, "member", "5", {"left": None}, {"left": None, "amount": 1}),
        "**Credits taken** from <@5>: 1 credit, unlimited → unlimited left",
    ),
    (
        entry(Action.MEMBER_PAUSED, "member", "5", None, {"until": UNTIL, "reason": "x"}, actor_id=0, reason="x"),
        f"**Member paused** <@5>: not blocked → until <t:{UNTIL // 1000}:f> · “x”",
    ),
    (
        entry(Action.BLOCK_LIFTED, "member", "0", {"until": None, "reason": "spam"}, None),
        "**Block lifted** a member who left: for good (“spam”) → not blocked",
    ),
    (entry(Action.PHRASE_ADDED, "server", "0", None, {"phrase": "b`ad"}), "**Words refused**: ||`bˋad`||"),
    (
        entry(Action.CHANNEL_SET, "channel", "9", {"most_seconds": None}, {"most_seconds": 5}),
        "**Channel set** <#9>: longest duration not set → 5 s",
    ),
    (
        entry(Action.CHANNEL_SET, "channel", "0", {}, {"allowed": False}),
        "for the whole server: clips allowed not set → no",
    ),
    (
        entry(Action.SERVER_SET, "server", "0", {"time_zone": "UTC"}, {"time_zone": "Europe/Berlin"}),
        "**Server set**: time zone UTC → Europe/Berlin",
    ),
    (entry(Action.SERVER_PAUSED, "server", "0", None, {"reason": ""}, guild_id=EVERYWHERE), "paused** with all others"),
    (
        entry(Action.CLIP_REMOVED, "clip", "abc", None, {"member": "5", "refunded": 10}),
        "**Clip removed** `abc` of <@5>: 10 credits returned",
    ),
    (entry(Action.CLIP_DELETED, "clip", "abc", None, {"member": "0", "refunded": 0}), "`abc` of a member who left"),
    (
        entry(
            Action.BUDGET_100,
            "budget",
            "0",
            None,
            {"spent": 100, "credits": 100, "period": "month", "renews_at": UNTIL},
            actor_id=0,
        ),
        f"(about 5.00 USD of 5.00 USD at list price), no new clips until it renews <t:{UNTIL // 1000}:R> or is raised",
    ),
]


@pytest.mark.parametrize(("told", "words"), EXAMPLES, ids=[f"{e.action} {e.target_kind}" for e, _ in EXAMPLES])
def test_an_entry_tells_what_changed_from_what_to_what(told: AuditEntry, words: str) -> None:
    assert words in records.board([told], PRICES)


def test_every_action_has_its_words() -> None:
    for action in Action:
        assert f"**{records.ACTIONS[action]}**" in records.board([entry(action, "member", "5", None, None)], PRICES)


@given(
    st.lists(
        st.builds(
            entry,
            st.sampled_from(Action),
            st.sampled_from(["member", "role", "channel", "server", "budget", "everyone"]),
            st.sampled_from(["0", "1000000000000000101"]),
            settings,
            settings,
            reason=st.one_of(texts, nasty),
            actor_id=st.sampled_from([0, 1000000000000000103]),
        ),
        max_size=10,
    )
)
def test_ten_entries_fit_into_a_message_whatever_is_in_them(entries: list[AuditEntry]) -> None:
    text = records.board(entries, PRICES, foot="-# Page 1 of 1")
    assert len(text) <= 2000
    assert not LOUD.search(text)
    assert text.count("\n") == len(entries)


@given(st.one_of(texts, nasty))
def test_refused_words_stay_inside_their_code(phrase: str) -> None:
    text = records.board([entry(Action.PHRASE_ADDED, "server", "0", None, {"phrase": phrase})], PRICES)
    assert re.search(r"\|\|`[^`\n]+`\|\|", text)
    assert text.count("`") == 2
