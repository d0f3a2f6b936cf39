"""Errands with what is on record: told to the log channel, read page by page, reported, and one's own account."""

from tests.acceptance.past import GUILD
from tests.chaos.errand import Errand
from tests.chaos.errands.steps import refused, setting, surely
from tests.chaos.yard import Yard

_TOLD = """
SELECT log_told >= (SELECT MAX(id) FROM audit WHERE audit.guild_id = servers.guild_id) AS all_of_it
FROM servers WHERE guild_id = :guild
"""


def log_channel(yard: Yard) -> None:
    """Changes are told to the log channel, each of them."""
    channel, phrase = yard.channels["bot-log"], f"noted {yard.chance.randint(1, 10**6)}"
    is_set = "log_channel_id"
    surely(yard, lambda: setting(yard, is_set) == int(channel), "server set", log_channel=channel)
    surely(yard, lambda: refused(yard, phrase), "words add", phrase=phrase)
    surely(yard, lambda: not refused(yard, phrase), "words remove", phrase=phrase)
    yard.until(lambda: yard.rows(_TOLD, guild=int(GUILD))[0]["all_of_it"], "the log")
    told = "".join(one["content"] for one in yard.messages("moderator", "bot-log"))
    for line in ("Words refused", "Words allowed again"):
        assert f"**{line}**: ||`{phrase}`||" in told, f"the log does not tell “{line}: {phrase}”"
    surely(yard, lambda: setting(yard, is_set) is None, "server clear", setting=is_set)


def read(yard: Yard) -> None:
    """The record and the report are read."""
    yard.say("credits grant", "moderator", member=yard.users["second.member"], amount=1, reason="a contest")
    record = yard.say("audit", "moderator")
    if record:
        yard.pressed(record, "▶", "moderator")
        yard.pressed(record, "Export CSV", "moderator")
    yard.say("audit", "moderator", member=yard.users["second.member"])
    yard.say("report", "moderator", days=7)
    yard.say("server show", "moderator")


def account(yard: Yard) -> None:
    """Somebody looks after what is theirs."""
    for command in ("quota", "jobs", "usage"):
        yard.say(command, yard.chance.choice(("member", "second.member")))


ERRANDS = (Errand("log channel", log_channel), Errand("read", read), Errand("account", account))
