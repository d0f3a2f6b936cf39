"""Errands around a start: the bot is started again, and for the first time ever."""

from tests.chaos.errand import Errand
from tests.chaos.yard import Yard


def start_again(yard: Yard) -> None:
    """The machine is switched off and on."""
    yard.kill_bot()
    yard.until(yard.is_ready, "the bot")


def first_start(yard: Yard) -> None:
    """A data folder with nothing in it, in which the bot begins anew; the usual one is put back afterwards."""
    usual, aside = yard.data / "bot", yard.data / "bot.aside"
    yard.kill_bot()
    usual.rename(aside)
    try:
        yard.until(yard.is_ready, "the bot")
    finally:
        yard.kill_bot()
        usual.rename(yard.data / f"bot.first.{yard.deaths}")
        aside.rename(usual)
    yard.until(yard.is_ready, "the bot")


ERRANDS = (
    Errand("start again", start_again),
    Errand("first start", first_start),
)
