"""An order that is refused charges nothing, whatever it is refused for; what channels and words have to do with it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from client import ModerationRefused
from engine import (
    EVERYWHERE,
    SERVER_WIDE,
    Action,
    Blocked,
    BudgetSpent,
    ChannelOff,
    ChannelSpent,
    CoolingDown,
    EmptyPhrase,
    Failure,
    JobState,
    Layer,
    NeedsAgeRestriction,
    NotEnoughCredits,
    NotHere,
    Period,
    Rule,
    ServerPaused,
    TooManyAtOnce,
    Wish,
    WordsRefused,
)
from tests.engine.edges import House, ScriptedProvider, house, order
from tests.storage.books import ACCOUNT, BY_MODERATOR, CHANNEL, GUILD, MEMBER

DAILY = Period.DAY


async def _limit(at: House, layer: Layer, target_id: int, rule: Rule, value: int, guild_id: int = GUILD) -> None:
    period = DAILY if rule is Rule.CREDITS else None
    await at.credits.set_limits(guild_id, layer, target_id, {rule: (value, period)}, BY_MODERATOR)


async def pause(at: House) -> None:
    await at.servers.pause(GUILD, BY_MODERATOR)


async def pause_everywhere(at: House) -> None:
    await at.servers.pause(EVERYWHERE, BY_MODERATOR)


async def block(at: House) -> None:
    await at.discipline.block(GUILD, MEMBER, 3600, BY_MODERATOR)


async def allow_none_at_once(at: House) -> None:
    await _limit(at, Layer.MEMBER, MEMBER, Rule.AT_ONCE, 0)


async def cool_down(at: House) -> None:
    await at.engine.request(order(900))
    await at.credits.grant(ACCOUNT, 10, BY_MODERATOR)
    await _limit(at, Layer.EVERYONE, 0, Rule.COOLDOWN, 600)


async def leave_no_credits(at: House) -> None:
    await _limit(at, Layer.MEMBER, MEMBER, Rule.CREDITS, 9)
    await at.credits.grant(replace(ACCOUNT, member_id=77), 1000, BY_MODERATOR)


async def cap_the_channel(at: House) -> None:
    await _limit(at, Layer.CHANNEL, CHANNEL, Rule.CREDITS, 9)


async def spend_the_budget(at: House) -> None:
    await _limit(at, Layer.BUDGET, 0, Rule.CREDITS, 9)


async def spend_the_budget_everywhere(at: House) -> None:
    await _limit(at, Layer.BUDGET, 0, Rule.CREDITS, 9, guild_id=EVERYWHERE)


async def close_the_channel(at: House) -> None:
    await at.servers.set_channel(GUILD, CHANNEL, {"allowed": False}, BY_MODERATOR)


async def ask_for_age_restriction(at: House) -> None:
    await at.servers.set_channel(GUILD, CHANNEL, {"age_restricted": True}, BY_MODERATOR)


async def bound_the_channel(at: House) -> None:
    await at.servers.set_channel(GUILD, CHANNEL, {"most_resolution": "480P"}, BY_MODERATOR)


async def forbid_a_word(at: House) -> None:
    await at.discipline.add_phrase(GUILD, "gore", BY_MODERATOR)


@pytest.mark.parametrize(
    ("arrange", "refusal"),
    [
        (pause, ServerPaused),
        (pause_everywhere, ServerPaused),
        (block, Blocked),
        (allow_none_at_once, TooManyAtOnce),
        (cool_down, CoolingDown),
        (leave_no_credits, NotEnoughCredits),
        (cap_the_channel, ChannelSpent),
        (spend_the_budget, BudgetSpent),
        (spend_the_budget_everywhere, BudgetSpent),
        (close_the_channel, ChannelOff),
        (ask_for_age_restriction, NeedsAgeRestriction),
        (bound_the_channel, NotHere),
        (forbid_a_word, WordsRefused),
    ],
)
def test_a_refused_order_charges_and_fetches_nothing(
    tmp_path: Path, arrange: Callable[[House], Awaitable[None]], refusal: type[Exception]
) -> None:
    async def scenario() -> None:
        async def never() -> bytes:
            raise AssertionError("fetched")

        async with house(tmp_path) as at:
            await arrange(at)
            before = await at.left()
            wish = Wish(resolution="720P", prompt="g0re, please")
            with pytest.raises(refusal):
                await at.engine.request(replace(order(), image=never, wish=wish))
            assert await at.left() == before
            assert await at.books.jobs.of_interaction(1) is None

    asyncio.run(scenario())


def test_a_command_that_is_delivered_again_is_the_same_job_whatever_was_forbidden_since(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            job = await at.engine.request(order())
            await close_the_channel(at)
            assert (await at.engine.request(order())).id == job.id

    asyncio.run(scenario())


def test_a_thread_goes_by_the_rules_and_the_cap_of_its_parent(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await bound_the_channel(at)
            in_thread = replace(order(), channel_id=21, home_channel_id=CHANNEL)
            with pytest.raises(NotHere):
                await at.engine.request(in_thread)
            await at.servers.clear_channel(GUILD, CHANNEL, None, BY_MODERATOR)
            await cap_the_channel(at)
            with pytest.raises(ChannelSpent):
                await at.engine.request(in_thread)

    asyncio.run(scenario())


def test_a_closed_server_names_the_channels_that_are_open(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await at.servers.set_channel(GUILD, SERVER_WIDE, {"allowed": False}, BY_MODERATOR)
            await at.servers.set_channel(GUILD, 55, {"allowed": True}, BY_MODERATOR)
            await at.servers.set_channel(GUILD, 56, {"spoiler": True}, BY_MODERATOR)
            with pytest.raises(ChannelOff) as refusal:
                await at.engine.request(order())
            assert refusal.value.allowed_channels == (55,)
            job = await at.engine.request(replace(order(2), channel_id=55))
            assert job.channel_id == 55

    asyncio.run(scenario())


def test_an_age_restricted_channel_makes_clips_and_a_spoiler_stays_with_the_job(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await at.servers.set_channel(GUILD, CHANNEL, {"age_restricted": True, "spoiler": True}, BY_MODERATOR)
            job = await at.engine.request(replace(order(), age_restricted=True))
            assert job.spoiler

    asyncio.run(scenario())


def test_a_role_that_the_order_brings_along_pays_for_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, per_day=0) as at:
            await _limit(at, Layer.ROLE, 7, Rule.CREDITS, 10)
            with pytest.raises(NotEnoughCredits):
                await at.engine.request(order())
            await at.engine.request(replace(order(), role_ids=frozenset({7})))

    asyncio.run(scenario())


def test_forbidden_words_count_in_a_row_and_pause_the_member(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await forbid_a_word(at)
            blocks = []
            for number in (1, 2, 2, 3):  # the second command is delivered twice
                with pytest.raises(WordsRefused) as refusal:
                    await at.engine.request(replace(order(number), wish=Wish(prompt="G.O.R.E")))
                blocks.append(refusal.value.block)
            assert blocks[:3] == [None, None, None]
            assert blocks[3] is not None
            with pytest.raises(Blocked) as blocked:
                await at.engine.request(order(4))
            assert blocked.value.block == blocks[3]
            at.clock.advance(3600)
            await at.engine.request(order(5))

    asyncio.run(scenario())


def test_a_template_is_held_against_the_words_too_and_a_lifted_word_is_free_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await at.discipline.add_phrase(GUILD, "  fly*  away ", BY_MODERATOR)
            assert await at.discipline.phrases(GUILD) == ["fly* away"]
            flying = replace(order(), wish=Wish(template="flying_away"))
            with pytest.raises(WordsRefused):
                await at.engine.request(flying)
            assert await at.discipline.remove_phrase(GUILD, "fly* away", BY_MODERATOR)
            await at.engine.request(flying)

    asyncio.run(scenario())


def test_three_refusals_by_the_service_in_a_row_pause_the_member(tmp_path: Path) -> None:
    async def scenario() -> None:
        refusals: list[Exception] = [ModerationRefused("no") for _ in range(5)]
        async with house(tmp_path, ScriptedProvider(create_errors=refusals)) as at:
            for number in range(3):
                job = await at.engine.request(order(number))
                assert (await at.until_state(job, JobState.FAILED)).failure is Failure.MODERATION
            with pytest.raises(Blocked):
                await at.engine.request(order(4))
            assert await at.left() == 1000
            (entry,) = await at.records.audit_page(GUILD, action=Action.MEMBER_PAUSED, limit=5)
            assert (entry.actor_id, entry.target_id) == (0, str(MEMBER))
            await at.discipline.lift(GUILD, MEMBER, BY_MODERATOR)
            job = await at.engine.request(order(5))
            assert (await at.until_state(job, JobState.FAILED)).failure is Failure.MODERATION
            assert await at.discipline.blocks(GUILD) == []

    asyncio.run(scenario())


def test_a_phrase_without_letters_is_not_put_on_the_list(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            with pytest.raises(EmptyPhrase):
                await at.discipline.add_phrase(GUILD, " *!* ", BY_MODERATOR)
            assert await at.discipline.phrases(GUILD) == []

    asyncio.run(scenario())
