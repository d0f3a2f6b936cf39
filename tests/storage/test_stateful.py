"""Any row of commands, hundreds of them at once and delivered again in any order, comes out as the model says."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeGuard

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storage import (
    EVERYWHERE,
    Account,
    Layer,
    Period,
    Route,
    Rule,
    Standing,
)
from tests.storage.books import Books, books
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
from tests.storage.model import PER_DAY, Model
from tests.storage.reality import carry_out, facts_of

Picking = End | Finish | Ready | Remove | Delivery

GUILDS, MEMBERS, CHANNELS, ROLES = (11, 12), (31, 32), (21, 22), (51, 52)
ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Europe/Berlin")
START = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)  # hours before a change of the clocks in Europe, days before April
STEPS = [timedelta(**step) for step in ({"seconds": 20}, {"minutes": 50}, {"hours": 5}, {"days": 1}, {"days": 8})]

guilds, members = st.sampled_from(GUILDS), st.sampled_from(MEMBERS)
amounts = st.integers(1, 9)
picks = st.integers(0, 12)  # of the newest jobs
roles = st.frozensets(st.sampled_from(ROLES))
targets = st.one_of(
    st.tuples(guilds, st.just(Layer.EVERYONE), st.just(0)),
    st.tuples(guilds, st.just(Layer.ROLE), st.sampled_from(ROLES)),
    st.tuples(guilds, st.just(Layer.MEMBER), members),
    st.tuples(guilds, st.just(Layer.CHANNEL), st.sampled_from(CHANNELS)),
    st.tuples(st.sampled_from((EVERYWHERE, *GUILDS)), st.just(Layer.BUDGET), st.just(0)),
)
values = {
    Rule.CREDITS: st.none() | st.integers(0, 60),
    Rule.AT_ONCE: st.none() | st.integers(1, 20),
    Rule.COOLDOWN: st.none() | st.integers(0, 3600),
}


@st.composite
def set_limits(draw: st.DrawFn) -> SetLimit:
    guild, layer, target = draw(targets)
    spent_only = layer in (Layer.CHANNEL, Layer.BUDGET)
    what = Rule.CREDITS if spent_only else draw(st.sampled_from([Rule.CREDITS, Rule.CREDITS, *Rule]))
    period = draw(st.sampled_from(Period)) if what is Rule.CREDITS else None
    return SetLimit(guild, layer, target, what, draw(values[what]), period)


# Both roles have credits from the start, so that there is a best one.
of_roles = st.tuples(
    *(
        st.builds(
            SetLimit,
            st.just(GUILDS[0]),
            st.just(Layer.ROLE),
            st.just(role),
            st.just(Rule.CREDITS),
            values[Rule.CREDITS],
            st.sampled_from(Period),
        )
        for role in ROLES
    )
)
routes = st.sampled_from(Route)
counts = st.sampled_from((1, 1, 2, 3, 4))
orders = st.builds(Order, guilds, members, roles, st.sampled_from(CHANNELS), amounts, counts)
deliveries = st.one_of(
    st.builds(Ready, picks),
    st.builds(Ready, picks),
    st.builds(Intend, picks, routes),
    st.builds(Reroute, picks, routes, routes),
    st.builds(Hold, picks),
    st.builds(Post, picks, st.booleans()),
)
limits = st.one_of(
    set_limits(),
    targets.flatmap(lambda target: st.builds(ClearLimit, *map(st.just, target), st.none() | st.sampled_from(Rule))),
    st.builds(SetZone, guilds, st.sampled_from(ZONES)),
)
moves = st.one_of(
    orders,
    orders,
    st.builds(Grant, guilds, members, st.integers(5, 30)),
    st.builds(Take, guilds, members, amounts),
    st.builds(End, picks),
    st.builds(Finish, picks),
    deliveries,
    deliveries,
    st.builds(Remove, picks, st.booleans()),
)


class Ledgers(RuleBasedStateMachine):
    """The real file and the model, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.exits = AsyncExitStack()
        self.model = Model()
        self.now = START
        self.numbers = count(1)
        self.done: list[Command] = []
        self.ordered: list[int] = []
        self.rushed = False

    @initialize(both=of_roles, commands=st.lists(set_limits() | moves, min_size=10, max_size=25))
    def open(self, both: tuple[Command, ...], commands: list[Command]) -> None:
        folder = self.exits.enter_context(TemporaryDirectory())
        self.kept = self.runner.run(self.exits.enter_async_context(books(Path(folder), PER_DAY)))
        self.crowd([*both, *commands])

    def teardown(self) -> None:
        self.runner.run(self.exits.aclose())
        self.runner.close()

    def together(self, commands: list[Command]) -> None:
        """Give them all at once; they take their turns in the order in which they came."""

        async def all_of_them() -> list[object]:
            return await asyncio.gather(*(carry_out(self.kept, command, self.now) for command in commands))

        outcomes = self.runner.run(all_of_them())
        assert outcomes == [self.model.apply(command, self.now) for command in commands]
        self.done += commands

    def numbered(self, command: Command) -> Command:
        """With a number of its own, or with that of the job that it picks."""
        if isinstance(command, Order):
            first, *_ = [next(self.numbers) for _ in range(command.takes)]
            command = replace(command, number=first)
            self.ordered += command.numbers
            return command
        if isinstance(command, Grant | Take):
            return replace(command, number=next(self.numbers))
        if isinstance(command, End | Finish | Ready | Remove | Delivery):
            return self.of_ordered(command)
        return command

    def of_ordered(self, command: Picking) -> Command:
        """What is delivered together is what is accepted by now and has not failed."""
        if not self.ordered:
            return SetZone(GUILDS[0], ZONES[0])
        number = self.ordered[-1 - command.number % len(self.ordered)]
        if not isinstance(command, Delivery):
            return replace(command, number=number)
        if number not in self.model.jobs:
            return Ready(number)
        order = self.model.jobs[number].order
        alive = tuple(take for take in order.numbers if self.model.jobs[take].state != "failed")
        return replace(command, number=order.number, numbers=alive or order.numbers)

    @rule(command=moves)
    def move(self, command: Command) -> None:
        self.crowd([command])

    @rule(command=limits)
    def change(self, command: Command) -> None:
        self.together([command])

    def crowd(self, commands: list[Command]) -> None:
        self.ordered.clear()
        self.together([self.numbered(command) for command in commands])

    @rule(commands=st.lists(moves | limits, min_size=5, max_size=30))
    def many_at_once(self, commands: list[Command]) -> None:
        self.crowd(commands)

    @rule(order=orders, steps=st.lists(deliveries, min_size=1, max_size=4), route=routes)
    def on_its_way(self, order: Order, steps: list[Command], route: Route) -> None:
        """An order whose takes are all made, and then what may come of them at Discord."""
        new = self.numbered(order)
        assert isinstance(new, Order)
        self.together([new, *map(Ready, new.numbers)])
        if new.number in self.model.jobs:
            self.together([Intend(new.number, route, new.numbers)])
            self.together([replace(step, number=new.number, numbers=new.numbers) for step in steps if _joint(step)])

    @precondition(lambda self: not self.rushed)  # hundreds of commands take their time, so once is enough
    @rule(order=orders)
    def rush(self, order: Order) -> None:
        self.rushed = True
        fresh = [self.numbered(order) for _ in range(100)]
        self.together([*fresh, *reversed(fresh)])

    @rule(data=st.data())
    def delivered_again(self, data: st.DataObject) -> None:
        earlier = [command for command in self.done[-200:] if not isinstance(command, SetLimit | ClearLimit | SetZone)]
        if earlier:
            self.together(data.draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=40)))

    @rule(step=st.sampled_from([*STEPS, -STEPS[1]]))
    def time_passes(self, step: timedelta) -> None:
        self.now += step

    @invariant()
    def standings_are_the_models(self) -> None:
        everyone = [(guild, member, frozenset(ROLES), CHANNELS[0]) for guild, member in product(GUILDS, MEMBERS)]
        around = [*everyone, (GUILDS[0], MEMBERS[0], frozenset[int](), CHANNELS[1])]

        async def all_of_them() -> list[Standing]:
            return [await self.kept.standings.of(Account(*whose), self.now) for whose in around]

        for whose, found in zip(around, self.runner.run(all_of_them()), strict=True):
            assert found.balance.granted_left >= 0
            assert facts_of(found) == self.model.standing(*whose, self.now)

    @invariant()
    def each_job_was_charged_once_and_refunded_at_most_once(self) -> None:
        rows = self.all_rows("SELECT * FROM ledger WHERE job_id IS NOT NULL ORDER BY id")
        wanted = {f"job{number}": paid for number, paid in self.model.jobs.items()}
        charges = {row["job_id"]: row for row in rows if row["kind"] == "charge"}
        refunds = {row["job_id"]: row for row in rows if row["kind"] == "refund"}
        assert len(rows) == len(charges) + len(refunds)
        assert charges.keys() == wanted.keys()
        assert refunds.keys() == {job_id for job_id, paid in wanted.items() if paid.refunded}
        for job_id, row in charges.items():
            paid = wanted[job_id]
            assert (-row["allowance"], -row["granted"]) == (paid.allowance, paid.granted)
            assert row["counts_at"] == round(paid.at.timestamp() * 1000)
            assert row["home_channel_id"] == paid.order.channel
        for job_id, row in refunds.items():
            same = ("guild_id", "member_id", "home_channel_id", "counts_at")
            assert [row[name] for name in same] == [charges[job_id][name] for name in same]
            assert (row["allowance"], row["granted"]) == (wanted[job_id].allowance, wanted[job_id].granted)

    @invariant()
    def each_job_is_where_the_model_has_it_and_batches_are_whole(self) -> None:
        rows = {row["id"]: row for row in self.all_rows("SELECT * FROM jobs")}
        wanted = {f"job{number}": paid for number, paid in self.model.jobs.items()}
        assert rows.keys() == wanted.keys()
        for job_id, paid in wanted.items():
            row = rows[job_id]
            assert (row["state"], row["route"], row["waits_since"] is not None) == (paid.state, paid.route, paid.waits)
        sizes = self.all_rows("SELECT MIN(id) AS id, COUNT(*) AS takes FROM jobs GROUP BY interaction_id")
        assert [row["takes"] for row in sizes] == [wanted[row["id"]].order.takes for row in sizes]

    @invariant()
    def nothing_was_given_or_taken_twice_and_the_sum_is_right(self) -> None:
        rows = self.all_rows("SELECT * FROM ledger WHERE job_id IS NULL")
        moved = {row["interaction_id"]: (row["guild_id"], row["member_id"], row["granted"]) for row in rows}
        assert len(moved) == len(rows)
        assert moved == self.model.gifts
        (total,) = self.all_rows("SELECT COALESCE(SUM(allowance + granted), 0) AS credits FROM ledger")
        charged = sum(paid.order.price for paid in self.model.jobs.values() if not paid.refunded)
        assert total["credits"] == sum(amount for *_, amount in moved.values()) - charged

    @invariant()
    def the_record_has_each_move_and_each_note_once(self) -> None:
        (moves_told,) = self.all_rows("SELECT COUNT(*) AS n FROM audit WHERE action LIKE 'credits_%'")
        assert moves_told["n"] == len(self.model.gifts)
        (removals,) = self.all_rows("SELECT COUNT(*) AS n FROM audit WHERE action = 'clip_removed'")
        assert removals["n"] == self.model.removals
        notes = self.all_rows("SELECT guild_id, action, json_extract(after, '$.credits', '$.renews_at') FROM audit")
        budget = [tuple(row) for row in notes if row["action"].startswith("budget")]
        assert len(budget) == len(set(budget))

    def all_rows(self, sql: str) -> list[Any]:
        return list(self.runner.run(_rows(self.kept, sql)))


def _joint(step: Command) -> TypeGuard[Delivery]:
    return isinstance(step, Delivery)


async def _rows(kept: Books, sql: str) -> list[Any]:
    return list(await kept.database.rows(sql))


TestLedgers = Ledgers.TestCase
# Derandomized: a run of the suite fails for what was changed in it and for nothing else.
TestLedgers.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
