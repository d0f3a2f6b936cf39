"""Who may use moderators' commands: checked by the bot each time, whatever the server's settings show to whom."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.acceptance.street import EPHEMERAL, Opened, Street

REFUSAL = "This is for moderators: it needs *Manage Server*, or the role that was appointed with `/server set`."
APPOINTED = "Helpers"
MESSAGE_COMMANDS = ("Who asked for this?", "Remove clip")

COMMANDS: dict[str, Callable[[Street], dict[str, Any]]] = {
    "limits show": lambda _: {},
    "limits set everyone": lambda _: {"credits": "900"},
    "limits set role": lambda street: {"role": street.roles["Makers"], "credits": "900"},
    "limits set member": lambda street: {"member": street.users["member"], "credits": "900"},
    "limits set channel": lambda street: {"channel": street.channels["general"], "credits": "900"},
    "limits set budget": lambda _: {"credits": "900"},
    "limits clear everyone": lambda _: {},
    "limits clear role": lambda street: {"role": street.roles["Makers"]},
    "limits clear member": lambda street: {"member": street.users["member"]},
    "limits clear channel": lambda street: {"channel": street.channels["general"]},
    "limits clear budget": lambda _: {},
    "credits grant": lambda street: {"member": street.users["member"], "amount": 1},
    "credits take": lambda street: {"member": street.users["member"], "amount": 1, "reason": "a test"},
    "credits history": lambda street: {"member": street.users["member"]},
    "server show": lambda _: {},
    "server set": lambda _: {"strikes": 4},
    "server clear": lambda _: {"setting": "strikes"},
    "server pause": lambda _: {},
    "server resume": lambda _: {},
    "channel show": lambda _: {},
    "channel set": lambda _: {"spoilers": True},
    "channel clear": lambda _: {},
    "block add": lambda street: {"member": street.users["second.member"], "reason": "a test"},
    "block lift": lambda street: {"member": street.users["second.member"]},
    "block list": lambda _: {},
    "words add": lambda _: {"phrase": "bad word"},
    "words remove": lambda _: {"phrase": "bad word"},
    "words list": lambda _: {},
    "audit": lambda _: {},
    "report": lambda _: {},
}
"""Every moderators' command with options that change something."""


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """Nobody but the moderator may use moderators' commands, and they are shown to nobody else."""
    street = opened.street
    street.reset()
    yield street
    street.give_roles("member")
    street.moderate("server clear", setting="moderator_role_id")
    show(street, "@everyone", None)
    show(street, APPOINTED, None)


def show(street: Street, role: str, allowed: bool | None) -> None:
    """Show a role all moderators' commands, as the server's settings can."""
    for command in {name.split()[0] for name in COMMANDS} | set(MESSAGE_COMMANDS):
        street.show_command(command, role, allowed)


def leaves(command: dict[str, Any], before: str = "") -> Iterator[str]:
    """A command's name, or those of all commands below it."""
    name = f"{before} {command['name']}".strip()
    below = [option for option in command.get("options", []) if option["type"] in (1, 2)]
    if not below:
        yield name
    for option in below:
        yield from leaves(option, name)


def test_these_are_all_commands_of_moderators(street: Street) -> None:
    commands = street.get("/sandbox/world", **{"as": street.users["moderator"]})["commands"]
    theirs = [command for command in commands if command["default_member_permissions"] == str(1 << 5)]
    assert {name for command in theirs if command["type"] == 1 for name in leaves(command)} == set(COMMANDS)
    assert {command["name"] for command in theirs if command["type"] == 3} == set(MESSAGE_COMMANDS)


def test_members_are_not_offered_them(street: Street) -> None:
    commands = street.get("/sandbox/world", **{"as": street.users["member"]})["commands"]
    offered = {command["name"] for command in commands}
    assert offered == {
        "animate", "preview", "animate-form", "quota", "jobs", "usage", "privacy", "operator", "Animate this image",
    }  # fmt: skip


def test_what_moderators_are_told_is_for_their_eyes_only(street: Street) -> None:
    before = [message["id"] for message in street.messages("second.member")]
    for command, options in COMMANDS.items():
        answer = street.reply("moderator", street.command(command, "moderator", **options(street)))
        assert answer["flags"] & EPHEMERAL, command
    assert [message["id"] for message in street.messages("second.member")] == before


def test_a_member_to_whom_the_server_shows_them_is_refused_each(street: Street) -> None:
    show(street, "@everyone", True)
    recorded = street.moderate("audit")
    for command, options in COMMANDS.items():
        assert street.moderate(command, "member", **options(street)) == REFUSAL, command
    assert street.moderate("audit") == recorded
    assert street.completions("words remove", "phrase", "member", phrase="b") == []


def test_a_member_is_refused_the_commands_of_a_messages_menu(street: Street) -> None:
    street.taken(prompt="in the menu")
    clip = street.clip("in the menu")
    show(street, "@everyone", True)
    for command in MESSAGE_COMMANDS:
        assert street.said_to("second.member", street.on_message(command, clip, "second.member")) == REFUSAL
    assert street.text(clip["id"])


def test_the_appointed_role_may_use_them_as_long_as_it_is_had(street: Street) -> None:
    helpers = street.roles[APPOINTED]
    said = street.moderate("server set", moderator_role=helpers)
    assert f"- Moderator role: not set → **<@&{helpers}>**" in said
    assert "*Server Settings → Integrations → the bot*" in said
    show(street, APPOINTED, True)
    street.give_roles("member", APPOINTED)
    for command, options in COMMANDS.items():
        assert street.moderate(command, "member", **options(street)) != REFUSAL, command
    street.taken("second.member", prompt="by a helper")
    clip = street.clip("by a helper")
    form = street.on_message("Remove clip", clip, "member")
    pages = street.shown_to("member", street.command("audit", "member"))
    street.give_roles("member")
    assert street.said_to("member", street.submit(form, "member", "return", "")) == REFUSAL
    for label in ("▶", "Export CSV"):
        assert street.said_to("member", street.press(pages, label)) == REFUSAL
    assert street.text(clip["id"])


def test_a_role_that_is_not_appointed_is_refused_what_the_server_shows_it(street: Street) -> None:
    show(street, APPOINTED, True)
    street.give_roles("member", APPOINTED)
    assert street.moderate("limits show", "member") == REFUSAL


def test_everybodys_role_is_not_appointed(street: Street) -> None:
    said = street.moderate("server set", moderator_role=street.roles["@everyone"])
    assert said == "Everybody has this role, so everybody would moderate: choose another. Nothing changed."
