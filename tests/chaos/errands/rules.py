"""Errands of moderators with rules: blocks, words, channels, pauses; orders that are refused or cancelled for them."""

from tests.acceptance.past import GUILD
from tests.chaos.errand import Errand
from tests.chaos.errands.steps import at_rest, blocked, refused, surely
from tests.chaos.yard import Yard

BUSY_TIMES = 3


def block(yard: Yard) -> None:
    """A member is blocked while orders of theirs wait: these are cancelled and paid back."""
    member = yard.users["second.member"]
    busy = {"message": "busy"}
    yard.fault("wan", "POST", "image-to-video|video-synthesis", times=BUSY_TIMES, status=429, body=busy)
    for _ in range(2):
        yard.order("second.member")
    yard.say("block add", "moderator", member=member, reason="spam", time=yard.chance.choice(("2 h", "7 d")))
    yard.order("second.member")  # refused
    yard.clear_faults()
    yard.say("block list", "moderator")
    surely(yard, lambda: not blocked(yard, member), "block lift", member=member, reason="sorted out")
    at_rest(yard)


def words(yard: Yard) -> None:
    """Orders with refused words pause their member on their own, until a moderator lifts that."""
    phrase, member = f"forbidden {yard.chance.randint(1, 10**6)}", yard.users["second.member"]
    yard.say("words add", "moderator", phrase=phrase)
    for _ in range(4):
        yard.order("second.member", prompt=f"{phrase}, {yard.prompt()}")
    yard.say("words list", "moderator")
    surely(yard, lambda: not refused(yard, phrase), "words remove", phrase=phrase)
    surely(yard, lambda: not blocked(yard, member), "block lift", member=member)
    at_rest(yard)


def channel(yard: Yard) -> None:
    """A channel has rules for a while, and orders in it go by them."""
    previews = yard.channels["previews"]
    yard.say("channel set", "moderator", channel=previews, preset="preview")
    yard.say("channel set", "moderator", channel=previews, spoilers=True)
    yard.order(where="previews", resolution=None, duration=None)
    yard.say("channel show", "moderator", "previews")
    at_rest(yard)
    surely(yard, lambda: not _ruled(yard, previews), "channel clear", channel=previews)


def pause(yard: Yard) -> None:
    """The server takes no new clips for a while; what waits goes on."""
    yard.order()
    yard.say("server pause", "moderator", reason="maintenance")
    yard.order()
    surely(yard, lambda: not _paused(yard, int(GUILD)), "server resume")
    at_rest(yard)


def operators_pause(yard: Yard) -> None:
    """No server takes new clips for a while."""
    yard.say("operator pause", "operator", "dm", reason="new prices")
    yard.order()
    surely(yard, lambda: not _paused(yard, 0), "operator resume", "operator", "dm")
    at_rest(yard)


def _ruled(yard: Yard, channel: str) -> bool:
    sql = "SELECT 1 FROM channels WHERE channel_id = :channel AND settings != '{}'"
    return bool(yard.rows(sql, channel=int(channel)))


def _paused(yard: Yard, guild: int) -> bool:
    return bool(yard.rows("SELECT 1 FROM servers WHERE guild_id = :guild AND pause IS NOT NULL", guild=guild))


ERRANDS = (
    Errand("block", block),
    Errand("words", words),
    Errand("channel", channel),
    Errand("pause", pause),
    Errand("operator's pause", operators_pause),
)
