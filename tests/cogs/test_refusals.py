"""Every expected error has its sentence, and only those."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from cogs.refusals import sentence_for
from engine import (
    BadImage,
    Balance,
    Block,
    Blocked,
    BudgetSpent,
    ChannelOff,
    ChannelSpent,
    CoolingDown,
    Layer,
    Limit,
    NeedsAgeRestriction,
    NotAccepting,
    NotAdmitted,
    NotEnoughCredits,
    NotHere,
    Pause,
    Period,
    Rule,
    ServerPaused,
    Spending,
    TooManyAtOnce,
    WordsRefused,
)
from media import errors
from tests.storage.books import NOON

DAILY = Limit(Layer.DEFAULT, 0, Rule.CREDITS, 60, Period.DAY)
CAP = Spending(Limit(Layer.CHANNEL, 20, Rule.CREDITS, 100, Period.WEEK), 97, NOON)
BUDGET = Spending(Limit(Layer.BUDGET, 0, Rule.CREDITS, 500, Period.MONTH), 500, NOON)
HAS_3 = Balance(DAILY, allowance_left=3, granted_left=0, renews_at=NOON)
BLOCK = Block(30, NOON + timedelta(hours=1), "spam\n@everyone", actor_id=40, created_at=NOON)
PAUSE = Pause(40, "we are moving", NOON, everywhere=False)
RENEWS = "<t:1773489600:R>"

NOT_ADMITTED: dict[str, tuple[NotAdmitted, str]] = {
    "ServerPaused": (
        ServerPaused(PAUSE),
        "⏸️ New clips are paused in this server by its moderators. Reason: we are moving.",
    ),
    "Blocked": (
        Blocked(BLOCK),
        (
            "A moderator has blocked you from making clips in this server until <t:1773493200:f>, <t:1773493200:R>. "
            "Reason: spam @\u200beveryone."
        ),
    ),
    "TooManyAtOnce": (
        TooManyAtOnce(Limit(Layer.EVERYONE, 0, Rule.AT_ONCE, 2), 2),
        (
            "You have 2 clips under way, and 2 at once is your limit: "
            "wait until one is done, or cancel one that waits with `/jobs`."
        ),
    ),
    "CoolingDown": (CoolingDown(NOON), f"You can ask for the next clip {RENEWS}."),
    "NotEnoughCredits": (
        NotEnoughCredits(10, HAS_3),
        f"This costs 10 credits and you have 3 left: your daily credits renew {RENEWS}.",
    ),
    "ChannelSpent": (
        ChannelSpent(10, CAP),
        (
            "This costs 10 credits and this channel has 3 left this week for all members together: "
            f"wait until that renews {RENEWS}, make it shorter or smaller, or use another channel."
        ),
    ),
    "BudgetSpent": (
        BudgetSpent(10, BUDGET, everywhere=False),
        (
            "This costs 10 credits and this server has 0 left this month for all members together: "
            f"wait until that renews {RENEWS}, or make it shorter or smaller."
        ),
    ),
}

EXAMPLES: dict[str, BadImage] = {
    "NotAnImage": errors.NotAnImage(),
    "UnsupportedImage": errors.UnsupportedImage("TIFF"),
    "DamagedImage": errors.DamagedImage(),
    "TooManyPixels": errors.TooManyPixels(8000, 5000),
    "BadAspect": errors.BadAspect(2001, 300),
    "FileTooLarge": errors.FileTooLarge(20_000_000),
}


def test_every_bad_image_has_a_sentence_of_its_own() -> None:
    assert _leaves(BadImage) == EXAMPLES.keys()
    sentences = {sentence_for(error) for error in EXAMPLES.values()}
    assert len(sentences) == len(EXAMPLES)
    assert all(sentence and sentence.endswith("Nothing was charged.") for sentence in sentences)


@pytest.mark.parametrize("kind", sorted(NOT_ADMITTED))
def test_every_kind_of_not_admitted_says_why_and_what_helps(kind: str) -> None:
    error, sentence = NOT_ADMITTED[kind]
    assert sentence_for(error) == f"{sentence} Nothing was charged."


def test_none_of_them_is_forgotten() -> None:
    assert _leaves(NotAdmitted) == NOT_ADMITTED.keys()


def test_waiting_is_not_advised_where_it_would_not_help() -> None:
    a_week = replace(HAS_3, limit=Limit(Layer.ROLE, 7, Rule.CREDITS, 60, Period.WEEK))
    assert "you have 60 a week: make it shorter or smaller" in str(sentence_for(NotEnoughCredits(61, a_week)))
    assert "your weekly credits renew" in str(sentence_for(NotEnoughCredits(60, a_week)))


def test_waiting_is_not_advised_where_the_price_is_above_the_cap_itself() -> None:
    channel, server = (_untouched(layer, 5) for layer in (Layer.CHANNEL, Layer.BUDGET))
    assert sentence_for(ChannelSpent(10, channel)) == (
        "This costs 10 credits and this channel has 5 a day for all members together: "
        "make it shorter or smaller, use another channel, or ask a moderator. Nothing was charged."
    )
    assert sentence_for(BudgetSpent(10, server, everywhere=False)) == (
        "This costs 10 credits and this server has 5 a day for all members together: "
        "make it shorter or smaller, or ask a moderator. Nothing was charged."
    )
    assert "wait until that renews" in str(sentence_for(ChannelSpent(5, replace(channel, spent=1))))


def test_what_has_nothing_at_all_does_not_ask_for_less() -> None:
    channel, server = (_untouched(layer, 0) for layer in (Layer.CHANNEL, Layer.BUDGET))
    assert "together: use another channel, or ask a moderator. Nothing" in str(sentence_for(ChannelSpent(10, channel)))
    assert "has 0 a day for all members together: ask a moderator. Nothing was charged." in str(
        sentence_for(BudgetSpent(10, server, everywhere=False))
    )
    assert sentence_for(BudgetSpent(10, server, everywhere=True)) == (
        "The bot's operator pays for no clips at present: please ask again another day. Nothing was charged."
    )


def test_an_operators_budget_with_something_left_is_not_called_used_up() -> None:
    twelve = _untouched(Layer.BUDGET, 12)
    pays = "What the bot's operator pays for over all servers has too little left for this: make it shorter or smaller"
    assert sentence_for(BudgetSpent(20, twelve, everywhere=True)) == f"{pays}. Nothing was charged."
    some_spent = replace(twelve, spent=5)
    assert sentence_for(BudgetSpent(10, some_spent, everywhere=True)) == (
        f"{pays}, or wait until it renews {RENEWS}. Nothing was charged."
    )


def test_granted_credits_count_where_a_price_is_too_high() -> None:
    granted = Balance(replace(DAILY, value=0), allowance_left=0, granted_left=15, renews_at=NOON)
    sentence = "This costs 20 credits and you have 0 a day and 15 granted"
    assert str(sentence_for(NotEnoughCredits(20, granted))).startswith(f"{sentence}: make it shorter or smaller")
    outside = str(sentence_for(NotEnoughCredits(20, granted), outside=True))
    assert outside.startswith(f"{sentence} outside of servers that have me: make it shorter or smaller")


def test_the_operators_own_switches_do_not_tell_what_they_pay() -> None:
    sentence = str(sentence_for(BudgetSpent(10, BUDGET, everywhere=True)))
    assert (
        sentence
        == f"What the bot's operator pays for over all servers is used up: it renews {RENEWS}. Nothing was charged."
    )
    sentence = str(sentence_for(ServerPaused(replace(PAUSE, everywhere=True, reason=""))))
    assert sentence == "⏸️ New clips are paused everywhere by the bot's operator. Nothing was charged."


def _untouched(layer: Layer, credits: int) -> Spending:
    return Spending(Limit(layer, 0, Rule.CREDITS, credits, Period.DAY), 0, NOON)


def test_a_block_by_the_bot_itself_says_why() -> None:
    by_itself = replace(BLOCK, actor_id=0)
    sentence = str(sentence_for(Blocked(by_itself)))
    assert sentence.startswith("You cannot make clips until <t:1773493200:f>")
    assert "several of your orders in a row were refused for their content" in sentence
    assert "for good" in str(sentence_for(Blocked(replace(BLOCK, until=None))))


def test_refused_words_are_not_repeated_and_a_pause_that_follows_is_said() -> None:
    sentence = str(sentence_for(WordsRefused(None)))
    assert sentence.endswith("please use others. Nothing was charged.")
    assert "You cannot make clips until" in str(sentence_for(WordsRefused(replace(BLOCK, actor_id=0))))


def test_a_channels_rules_say_what_it_takes() -> None:
    assert sentence_for(NotHere("resolution", "1080P", "at most 720P", ("480P", "720P"))) == (
        "In this channel clips are at most 720P: choose `resolution:480P` or `resolution:720P`. Nothing was charged."
    )
    assert "`wan2.6-i2v` cannot be used in this channel, which takes only other: choose `model:other`." in str(
        sentence_for(NotHere("model", "wan2.6-i2v", "only other", ("other",)))
    )
    assert "ask a moderator, or use another channel" in str(sentence_for(NotHere("model", None, "at most 1 s", ())))
    assert sentence_for(NotHere("model", None, "only wan2.6-i2v, at most 480P", ())) == (
        "No model can be used in this channel, which takes only wan2.6-i2v, at most 480P: "
        "ask a moderator, or use another channel. Nothing was charged."
    )
    assert "use <#20>, <#21>." in str(sentence_for(ChannelOff((20, 21))))
    assert "ask a moderator where they can" in str(sentence_for(ChannelOff(())))
    assert "age-restricted channels only" in str(sentence_for(NeedsAgeRestriction()))


def test_state_has_its_sentences() -> None:
    assert "restarting" in str(sentence_for(NotAccepting()))
    assert "nothing was started or charged" in str(sentence_for(sqlite3.OperationalError("disk I/O error")))


def test_a_fault_of_our_own_has_none() -> None:
    assert sentence_for(ZeroDivisionError()) is None


def _leaves(kind: type[Exception]) -> set[str]:
    below = kind.__subclasses__()
    return set().union(*map(_leaves, below)) if below else {kind.__name__}
