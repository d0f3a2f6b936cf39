"""The record reaches the channels that were chosen for it: in order, whole, and once."""

import asyncio
from pathlib import Path

from engine import EVERYWHERE, Action, ChannelClosed, Layer, Period, Rule
from engine.stage import PostRefused, StageDown
from tests.engine.edges import House, house, order
from tests.engine.places import ListeningOperator, MemoryNoticeboard
from tests.storage.books import BY_MODERATOR, GUILD

LOG, NOTES, OTHER_GUILD, OTHER_LOG = 71, 72, 11, 73


async def listen(at: House, guild_id: int = GUILD, log: int = LOG) -> None:
    await at.servers.change(guild_id, {"log_channel_id": log, "notes_channel_id": NOTES}, BY_MODERATOR)


async def act(at: House, number: int, guild_id: int = GUILD) -> None:
    """Something that goes on the record."""
    await at.discipline.block(guild_id, number, None, BY_MODERATOR)


async def set_budget(at: House, credits: int, guild_id: int = GUILD) -> None:
    values: dict[Rule, tuple[int | None, Period | None]] = {Rule.CREDITS: (credits, Period.MONTH)}
    await at.credits.set_limits(guild_id, Layer.BUDGET, 0, values, BY_MODERATOR)


def told(board: MemoryNoticeboard, channel_id: int = LOG) -> list[str]:
    """Whom the entries in a channel were about, in the order of their posts."""
    return [entry.target_id for notice in board.notices if notice.channel_id == channel_id for entry in notice.entries]


def test_the_record_is_told_in_order_a_few_at_a_time_and_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await act(at, 1)  # before anybody listens
            await listen(at)
            for number in range(100, 125):
                await act(at, number)
            await at.until(lambda: len(told(at.board)) >= 25)
            await at.a_while(150)
            assert told(at.board) == [str(number) for number in range(100, 125)]
            assert all(len(notice.entries) <= 10 for notice in at.board.notices)
            assert len({notice.nonce for notice in at.board.notices}) == len(at.board.notices)
            assert all(len(notice.nonce) <= 25 for notice in at.board.notices)
        async with house(tmp_path, clock=at.clock, board=at.board) as again:
            await again.a_while(150)
            assert len(told(at.board)) == 25

    asyncio.run(scenario())


def test_a_crash_between_the_post_and_its_note_repeats_the_same_rows_under_the_same_nonce(tmp_path: Path) -> None:
    async def scenario() -> None:
        board = MemoryNoticeboard()
        async with house(tmp_path, board=board) as at:
            await listen(at)
            board.errors_after = [StageDown("cut after the effect") for _ in range(1000)]
            await act(at, 1)
            await at.until(lambda: len(board.notices) == 1, step_seconds=0.1)
            await act(at, 2)
        async with house(tmp_path, clock=at.clock, board=board) as at:
            await act(at, 3)
            board.errors_after.clear()
            await at.until(lambda: told(board)[-1] == "3")
        first, *repeated, last = board.notices
        assert repeated
        assert all(again == first for again in repeated)
        assert [entry.target_id for entry in last.entries] == ["2", "3"]
        assert last.nonce != first.nonce

    asyncio.run(scenario())


def test_a_closed_channel_is_tried_again_later_and_holds_up_no_other_server(tmp_path: Path) -> None:
    async def scenario() -> None:
        board = MemoryNoticeboard(closed={LOG: ChannelClosed("50001")})
        async with house(tmp_path, board=board) as at:
            await listen(at)
            await listen(at, OTHER_GUILD, OTHER_LOG)
            await act(at, 1)
            await at.until(lambda: board.tries == 1)
            await act(at, 2, OTHER_GUILD)
            await at.until(lambda: told(board, OTHER_LOG) == ["2"])
            await at.a_while(300)
            assert board.tries == 2  # the closed one rests
            board.closed.clear()
            await at.until(lambda: told(board) == ["1"])

    asyncio.run(scenario())


def test_a_channel_that_is_chosen_instead_of_a_closed_one_is_told_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        board = MemoryNoticeboard(closed={LOG: ChannelClosed("50001")})
        async with house(tmp_path, board=board) as at:
            await listen(at)
            await act(at, 1)
            await at.until(lambda: board.tries == 1)
            await listen(at, log=OTHER_LOG)
            await act(at, 2)
            since = at.clock.now()
            await at.until(lambda: bool(told(board, OTHER_LOG)))
            assert told(board, OTHER_LOG) == ["2"]  # it starts with what comes from now on
            assert (at.clock.now() - since).total_seconds() < 60

    asyncio.run(scenario())


def test_a_message_that_is_refused_for_good_does_not_keep_the_next_from_coming(tmp_path: Path) -> None:
    async def scenario() -> None:
        board = MemoryNoticeboard(closed={LOG: PostRefused("50035")})
        async with house(tmp_path, board=board) as at:
            await listen(at)
            await act(at, 1)
            await at.until(lambda: board.tries == 1)
            await at.a_while()
            board.closed.clear()
            await act(at, 2)
            await at.until(lambda: told(board) == ["2"])

    asyncio.run(scenario())


def test_a_fault_in_one_message_neither_spins_nor_ends_the_bot(tmp_path: Path) -> None:
    async def scenario() -> None:
        board = MemoryNoticeboard(closed={LOG: RuntimeError("a fault of our own")})
        async with house(tmp_path, board=board) as at:
            await listen(at)
            await act(at, 1)
            await at.a_while(120)
            assert 2 <= board.tries <= 8
            board.closed.clear()
            await at.until(lambda: told(board) == ["1"])

    asyncio.run(scenario())


def test_a_budget_is_noted_at_80_and_at_100_percent_once_a_period(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, per_day=1000) as at:
            await listen(at)
            await set_budget(at, 50)
            for number in range(5):
                await at.engine.request(order(number))
            for number in range(5, 8):
                await asyncio.gather(at.engine.request(order(number)), return_exceptions=True)
            await at.until(lambda: len(told(at.board, NOTES)) == 2)
            await at.a_while(150)
            notes = [entry for notice in at.board.notices if notice.channel_id == NOTES for entry in notice.entries]
            assert [entry.action for entry in notes] == [Action.BUDGET_80, Action.BUDGET_100]
            assert [(entry.after or {})["spent"] for entry in notes] == [40, 50]
            at.clock.advance(31 * 24 * 3600)
            await asyncio.gather(*(at.engine.request(order(number)) for number in range(10, 14)))
            await at.until(lambda: len(told(at.board, NOTES)) == 3)
            assert at.operator.told == []

    asyncio.run(scenario())


def test_the_operator_is_told_of_the_budget_over_all_servers_when_they_can_be_reached(tmp_path: Path) -> None:
    async def scenario() -> None:
        operator = ListeningOperator(away=True)
        async with house(tmp_path, operator=operator) as at:
            await set_budget(at, 10, EVERYWHERE)
            await at.engine.request(order())
            await at.a_while(60)
            operator.away = False
            await at.until(lambda: bool(operator.told))
            await at.a_while(150)
            (note,) = operator.told
            assert "all of the budget over all servers is spent: 10 of 10 credits (about 0.50 USD" in note
            assert at.board.notices == []

    asyncio.run(scenario())
