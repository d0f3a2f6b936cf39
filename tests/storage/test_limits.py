"""Limits come in layers: the nearest to the member counts, and of their roles the most generous."""

import asyncio
import itertools
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import EVERYWHERE, Action, AuditStore, Changed, Layer, Limit, Period, Rule, in_force
from tests.storage.books import BY_MODERATOR, CHANNEL, GUILD, MEMBER, MODERATOR, NOON, books

ROLE, SECOND_ROLE, OTHER_ROLE = 51, 52, 59
ROLES = frozenset({ROLE, SECOND_ROLE})


def per(period: Period, value: int | None, layer: Layer = Layer.ROLE, target_id: int = ROLE) -> Limit:
    return Limit(layer, target_id, Rule.CREDITS, value, period)


DEFAULT = per(Period.DAY, 60, Layer.DEFAULT, 0)
EVERYONE = per(Period.DAY, 5, Layer.EVERYONE, 0)
OF_ROLE = per(Period.DAY, 20)
OWN = per(Period.DAY, 1, Layer.MEMBER, MEMBER)


def counts(*limits: Limit, rule: Rule = Rule.CREDITS) -> Limit:
    """The one that counts, in whatever order they come."""
    found = {in_force(rule, order, MEMBER, ROLES)[0] for order in itertools.permutations(limits)}
    assert len(found) == 1
    return found.pop()


def test_each_layer_counts_before_those_behind_it_even_where_it_gives_less() -> None:
    assert counts(DEFAULT) == DEFAULT
    assert counts(DEFAULT, EVERYONE) == EVERYONE
    assert counts(DEFAULT, EVERYONE, OF_ROLE) == OF_ROLE
    assert counts(DEFAULT, EVERYONE, OF_ROLE, OWN) == OWN


def test_the_rest_follows_by_precedence_as_the_explanation() -> None:
    second = per(Period.DAY, 10, target_id=SECOND_ROLE)
    explained = in_force(Rule.CREDITS, (second, DEFAULT, OWN, EVERYONE, OF_ROLE), MEMBER, ROLES)
    assert explained == (OWN, OF_ROLE, second, EVERYONE, DEFAULT)


def test_what_is_for_others_does_not_apply() -> None:
    others = (
        per(Period.DAY, 500, Layer.MEMBER, MODERATOR),
        per(Period.DAY, 500, target_id=OTHER_ROLE),
        per(Period.DAY, 500, Layer.CHANNEL, MEMBER),
        per(Period.DAY, 500, Layer.BUDGET, 0),
        Limit(Layer.MEMBER, MEMBER, Rule.AT_ONCE, 500),
    )
    assert in_force(Rule.CREDITS, (*others, DEFAULT), MEMBER, ROLES) == (DEFAULT,)


def test_a_member_and_a_role_of_the_same_number_are_not_confused() -> None:
    role_with_the_members_id = per(Period.DAY, 500, target_id=MEMBER)
    member_with_the_roles_id = per(Period.DAY, 500, Layer.MEMBER, ROLE)
    assert counts(role_with_the_members_id, member_with_the_roles_id, DEFAULT) == DEFAULT


def test_each_rule_is_resolved_for_itself() -> None:
    own_cooldown = Limit(Layer.MEMBER, MEMBER, Rule.COOLDOWN, 30)
    limits = (own_cooldown, OF_ROLE, DEFAULT)
    assert counts(*limits) == OF_ROLE
    assert counts(*limits, rule=Rule.COOLDOWN) == own_cooldown
    assert in_force(Rule.AT_ONCE, limits, MEMBER, ROLES) == ()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (per(Period.DAY, 3), per(Period.DAY, 2)),
        (per(Period.DAY, 3), per(Period.WEEK, 20)),
        (per(Period.WEEK, 22), per(Period.DAY, 3)),
        (per(Period.DAY, 3), per(Period.MONTH, 89)),
        (per(Period.MONTH, 91), per(Period.DAY, 3)),
        (per(Period.MONTH, 31), per(Period.WEEK, 7)),
        (per(Period.DAY, None), per(Period.DAY, 1000)),
        (per(Period.MONTH, 1), per(Period.DAY, 0)),
        (Limit(Layer.ROLE, ROLE, Rule.AT_ONCE, 3), Limit(Layer.ROLE, ROLE, Rule.AT_ONCE, 2)),
        (Limit(Layer.ROLE, ROLE, Rule.AT_ONCE, None), Limit(Layer.ROLE, ROLE, Rule.AT_ONCE, 9)),
        (Limit(Layer.ROLE, ROLE, Rule.COOLDOWN, 10), Limit(Layer.ROLE, ROLE, Rule.COOLDOWN, 20)),
        (Limit(Layer.ROLE, ROLE, Rule.COOLDOWN, None), Limit(Layer.ROLE, ROLE, Rule.COOLDOWN, 1)),
        (Limit(Layer.ROLE, ROLE, Rule.COOLDOWN, 0), Limit(Layer.ROLE, ROLE, Rule.COOLDOWN, 1)),
    ],
)
def test_the_most_generous_role_counts_whichever_of_the_two_it_is(better: Limit, worse: Limit) -> None:
    for first, second in ((ROLE, SECOND_ROLE), (SECOND_ROLE, ROLE)):
        best = Limit(Layer.ROLE, first, better.rule, better.value, better.period)
        other = Limit(Layer.ROLE, second, worse.rule, worse.value, worse.period)
        assert counts(best, other, rule=better.rule) == best


@pytest.mark.parametrize(
    ("one", "other"), [((Period.DAY, 3), (Period.WEEK, 21)), ((Period.DAY, 7), (Period.MONTH, 210))]
)
def test_of_two_roles_that_give_the_same_the_one_with_the_lower_id_counts(
    one: tuple[Period, int], other: tuple[Period, int]
) -> None:
    for low, high in ((one, other), (other, one)):
        assert counts(per(*low, target_id=ROLE), per(*high, target_id=SECOND_ROLE)).target_id == ROLE


LAYERS = st.sampled_from([Layer.EVERYONE, Layer.ROLE, Layer.MEMBER])
SOME_LIMITS = st.lists(
    st.builds(
        lambda layer, number, value, period: Limit(
            layer, 0 if layer is Layer.EVERYONE else number, Rule.CREDITS, value, period
        ),
        LAYERS,
        st.integers(1, 4),
        st.none() | st.integers(0, 9),
        st.sampled_from(Period),
    ),
    max_size=6,
    unique_by=lambda limit: (limit.layer, limit.target_id),
)


@settings(max_examples=200)
@given(SOME_LIMITS, st.frozensets(st.integers(1, 4)))
def test_the_order_in_which_limits_come_changes_nothing_and_another_role_never_takes_away(
    limits: list[Limit], roles: frozenset[int]
) -> None:
    found = in_force(Rule.CREDITS, (*limits, DEFAULT), 1, roles)
    assert found == in_force(Rule.CREDITS, (DEFAULT, *reversed(limits)), 1, roles)
    assert found[-1] == DEFAULT
    if found[0].layer is Layer.ROLE:
        more = in_force(Rule.CREDITS, limits, 1, roles | {1, 2, 3, 4})[0]
        assert _a_day(more) >= _a_day(found[0])


def _a_day(limit: Limit) -> float:
    days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30}
    return float("inf") if limit.value is None or limit.period is None else limit.value / days[limit.period]


def test_limits_are_kept_for_their_guild_and_target_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.limit(Layer.MEMBER, MEMBER, 5)
            await kept.limit(Layer.MEMBER, MODERATOR, 6)
            await kept.limit(Layer.MEMBER, MEMBER, 7, guild_id=GUILD + 1)
            await kept.limit(Layer.CHANNEL, CHANNEL, 8, Period.MONTH)
            assert await kept.limits.of(GUILD, Layer.MEMBER, MEMBER) == [per(Period.DAY, 5, Layer.MEMBER, MEMBER)]
            assert await kept.limits.of(GUILD, Layer.ROLE, MEMBER) == []
            assert [limit.value for limit in await kept.limits.of_guild(GUILD)] == [8, 5, 6]
            assert await kept.limits.of_guild(EVERYWHERE) == []

    asyncio.run(scenario())


def test_setting_one_rule_leaves_the_others_and_tells_all_of_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            at_once = Limit(Layer.MEMBER, MEMBER, Rule.AT_ONCE, 2)
            cooldown = Limit(Layer.MEMBER, MEMBER, Rule.COOLDOWN, None)
            first = await kept.limits.set(GUILD, [at_once, OWN], BY_MODERATOR, NOON)
            assert first == Changed((), (at_once, OWN))
            second = await kept.limits.set(GUILD, [cooldown], BY_MODERATOR, NOON)
            assert second == Changed((at_once, OWN), (at_once, cooldown, OWN))
            assert not second.same

    asyncio.run(scenario())


def test_a_change_is_on_the_record_with_what_changed_and_nothing_else(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            at_once = Limit(Layer.MEMBER, MEMBER, Rule.AT_ONCE, None)
            await kept.limits.set(GUILD, [OWN], BY_MODERATOR, NOON)
            await kept.limits.set(GUILD, [OWN, at_once], BY_MODERATOR, NOON)
            await kept.limits.set(GUILD, [per(Period.WEEK, 9, Layer.MEMBER, MEMBER)], BY_MODERATOR, NOON)
            entries = await AuditStore(kept.database).all_of(GUILD)
            credits_of = {"credits": {"value": 1, "period": "day"}}
            assert [(entry.before, entry.after) for entry in entries] == [
                ({}, credits_of),
                ({}, {"at_once": {"value": None}}),
                (credits_of, {"credits": {"value": 9, "period": "week"}}),
            ]
            newest = entries[-1]
            assert (newest.action, newest.target_kind, newest.target_id) == (Action.LIMIT_SET, "member", str(MEMBER))
            assert (newest.actor_id, newest.reason, newest.created_at) == (MODERATOR, BY_MODERATOR.reason, NOON)

    asyncio.run(scenario())


def test_what_changes_nothing_is_not_on_the_record(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.limits.set(GUILD, [OWN], BY_MODERATOR, NOON)
            assert (await kept.limits.set(GUILD, [OWN], BY_MODERATOR, NOON)).same
            assert (await kept.limits.clear(GUILD, Layer.ROLE, ROLE, BY_MODERATOR, NOON)).same
            assert (await kept.limits.clear(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR, NOON, Rule.COOLDOWN)).same
            assert await AuditStore(kept.database).count(GUILD) == 1

    asyncio.run(scenario())


def test_one_rule_or_all_of_a_target_are_cleared(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            at_once = Limit(Layer.MEMBER, MEMBER, Rule.AT_ONCE, 2)
            await kept.limits.set(GUILD, [at_once, OWN], BY_MODERATOR, NOON)
            await kept.limit(Layer.MEMBER, MODERATOR, 6)
            one = await kept.limits.clear(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR, NOON, Rule.AT_ONCE)
            assert one == Changed((at_once, OWN), (OWN,))
            rest = await kept.limits.clear(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR, NOON)
            assert rest == Changed((OWN,), ())
            assert [limit.target_id for limit in await kept.limits.of_guild(GUILD)] == [MODERATOR]
            newest = (await AuditStore(kept.database).all_of(GUILD))[-1]
            assert (newest.action, newest.after) == (Action.LIMIT_CLEARED, {})

    asyncio.run(scenario())


def test_limits_of_two_targets_are_not_set_as_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            for mixed in ([], [OWN, EVERYONE]):
                with pytest.raises(ValueError, match="one target"):
                    await kept.limits.set(GUILD, mixed, BY_MODERATOR, NOON)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "senseless",
    [
        Limit(Layer.CHANNEL, CHANNEL, Rule.AT_ONCE, 1),
        Limit(Layer.BUDGET, 0, Rule.COOLDOWN, 1),
        Limit(Layer.BUDGET, CHANNEL, Rule.CREDITS, 1, Period.DAY),
        Limit(Layer.ROLE, 0, Rule.CREDITS, 1, Period.DAY),
        Limit(Layer.ROLE, ROLE, Rule.CREDITS, 1),
        Limit(Layer.ROLE, ROLE, Rule.CREDITS, -1, Period.DAY),
        Limit(Layer.ROLE, ROLE, Rule.AT_ONCE, 1, Period.DAY),
        Limit(Layer.DEFAULT, 0, Rule.AT_ONCE, 1),
    ],
)
def test_a_limit_that_makes_no_sense_is_not_kept(tmp_path: Path, senseless: Limit) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            with pytest.raises(sqlite3.IntegrityError):
                await kept.limits.set(GUILD, [senseless], BY_MODERATOR, NOON)
            assert await kept.limits.of_guild(GUILD) == []
            assert await AuditStore(kept.database).count(GUILD) == 0

    asyncio.run(scenario())
