"""The commands and forms as they are registered with Discord: bounds, choices, and what the definitions allow."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from client import DASHSCOPE, SINANCODE, Model
from cogs.animate import Animate
from cogs.app import FirstframeBot
from cogs.counter import Counter
from cogs.form import AnimateForm
from cogs.moderation.group import ModeratorGroup, check_moderates
from cogs.pictures import Picture
from cogs.rooms import Rooms
from engine import ChannelRules, Defaults, Menu, NotHere
from tests.sandbox import definitions

DOCS = Path(__file__).parent.parent.parent / "docs" / "options.md"
MODELS = [*((SINANCODE, model) for model in SINANCODE), *((DASHSCOPE, model) for model in DASHSCOPE)]
NAMES = [f"{'sinancode' if models is SINANCODE else 'dashscope'} {model.name}" for models, model in MODELS]


SUBCOMMAND, GROUP, MESSAGE = 1, 2, 3
IN_SERVERS, IN_DMS, IN_GROUPS = 0, 1, 2
BY_SERVER, BY_MEMBER = 0, 1
MANAGE_SERVER = discord.Permissions(manage_guild=True).value
MODERATORS = {"limits", "credits", "server", "channel", "block", "words", "audit", "report"}
MODERATORS_ON_MESSAGES = {"Who asked for this?", "Remove clip"}


def rooms(models: tuple[Model, ...]) -> Rooms:
    """What registering needs: the menu, for its choices."""
    nothing: Any = None
    return Rooms(
        engine=nothing,
        menu=Menu(models, Defaults()),
        prices=nothing,
        credits=nothing,
        servers=nothing,
        discipline=nothing,
        books=nothing,
        privacy=nothing,
        sequels=nothing,
        archive=nothing,
        voting=nothing,
        gallery=nothing,
        meta=nothing,
        discord_url="",
    )


def all_commands(models: tuple[Model, ...]) -> list[dict[str, Any]]:
    """The whole tree as it is sent to Discord."""

    async def registered() -> list[dict[str, Any]]:
        async with FirstframeBot() as bot:
            await bot.set_up(rooms(models))
            return [command.to_dict(bot.tree) for command in bot.tree.get_commands()]

    return asyncio.run(registered())


def below(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command, and every group, command and option below it."""
    yield command
    for option in command.get("options", []):
        yield from below(option)


@pytest.mark.parametrize("models", [SINANCODE, DASHSCOPE], ids=["sinancode", "dashscope"])
def test_discord_takes_every_command(models: tuple[Model, ...]) -> None:
    commands = all_commands(models)
    assert len({(command["type"], command["name"]) for command in commands}) == len(commands)
    assert len(commands) <= 100
    for command in commands:
        parts = list(below(command))
        assert sum(map(_characters, parts)) <= 8000, command["name"]
        for part in parts:
            _check(part, slash=command["type"] != MESSAGE)
    if definitions.present():
        line = {"kind": "request", "method": "PUT", "path": "/applications/1/commands", "body": commands}
        assert definitions.complaints(json.dumps(line)) == []


def _characters(part: dict[str, Any]) -> int:
    choices = part.get("choices") or []
    said = [part["name"], part.get("description") or "", *(str(choice["name"]) for choice in choices)]
    return sum(map(len, [*said, *(str(choice["value"]) for choice in choices)]))


def _check(part: dict[str, Any], *, slash: bool) -> None:
    name, options = part["name"], part.get("options", [])
    if slash:
        assert re.fullmatch(r"[a-z0-9_-]{1,32}", name), name
        assert 1 <= len(part["description"]) <= 100, name
    assert len(options) <= 25, name
    assert len(part.get("choices") or []) <= 25, name
    assert not (part.get("choices") and part.get("autocomplete")), name
    required = [bool(option.get("required")) for option in options if option["type"] not in (SUBCOMMAND, GROUP)]
    assert required == sorted(required, reverse=True), f"{name}: required options come first"


def test_moderators_commands_are_hidden_from_members_and_stay_in_servers() -> None:
    hidden = [command for command in all_commands(SINANCODE) if command["default_member_permissions"] == MANAGE_SERVER]
    assert {command["name"] for command in hidden} == MODERATORS | MODERATORS_ON_MESSAGES
    assert all(command["contexts"] == [IN_SERVERS] for command in hidden)


def test_every_moderators_command_is_checked_again_when_it_runs() -> None:
    async def checks() -> dict[str, bool]:
        async with FirstframeBot() as bot:
            await bot.set_up(rooms(SINANCODE))
            every = [*bot.tree.walk_commands(), *bot.tree.walk_commands(type=discord.AppCommandType.message)]
            return {
                command.qualified_name: isinstance(getattr(command, "parent", None), ModeratorGroup)
                or check_moderates in command.checks
                for command in every
                if not isinstance(command, app_commands.Group)
            }

    checked = asyncio.run(checks())
    theirs = {name for name in checked if name.split(" ")[0] in MODERATORS} | MODERATORS_ON_MESSAGES
    assert {name for name, is_checked in checked.items() if is_checked} == theirs


def test_the_operators_commands_are_in_direct_messages_only() -> None:
    commands = {command["name"]: command for command in all_commands(SINANCODE)}
    assert commands["operator"]["contexts"] == [IN_DMS]


@pytest.mark.parametrize(
    "name",
    ["animate", "animate-form", "preview", "Animate this image", "quota", "jobs", "usage", "privacy"],
)
def test_members_commands_work_wherever_they_installed_the_bot(name: str) -> None:
    (command,) = [command for command in all_commands(SINANCODE) if command["name"] == name]
    assert set(command["contexts"]) == {IN_SERVERS, IN_DMS, IN_GROUPS}
    assert set(command["integration_types"]) == {BY_SERVER, BY_MEMBER}


def options_of(models: tuple[Model, ...]) -> dict[str, dict[str, Any]]:
    """The options of `/animate` as they are sent to Discord."""
    engine: Any = None  # registering a command asks nothing of it
    command = Animate(Counter(engine), Menu(models, Defaults())).animate
    tree: Any = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    return {option["name"]: option for option in command.to_dict(tree)["options"]}


def test_bounds_and_choices_stand_in_the_signature() -> None:
    options = options_of(SINANCODE)
    assert options["image"]["required"]
    assert options["prompt"]["max_length"] == 2000
    assert options["negative_prompt"]["max_length"] == 500
    assert (options["seed"]["min_value"], options["seed"]["max_value"]) == (0, 2_147_483_647)
    choices = {name: [choice["value"] for choice in option.get("choices", [])] for name, option in options.items()}
    assert choices["duration"] == [5, 10, 15]
    assert choices["resolution"] == ["480P", "720P", "1080P"]
    assert choices["shots"] == ["single", "multi"]
    assert choices["model"] == ["wan2.6-i2v", "wan2.5-i2v-preview"]


def test_another_provider_has_other_choices() -> None:
    options = options_of(DASHSCOPE)
    assert [choice["value"] for choice in options["duration"]["choices"]] == list(range(2, 16))
    assert len(options["model"]["choices"]) == 7


@pytest.mark.parametrize(("models", "model"), MODELS, ids=NAMES)
@pytest.mark.parametrize("pictures", [0, 1, 3])
def test_the_form_opens_whatever_the_default_model_is(models: tuple[Model, ...], model: Model, pictures: int) -> None:
    if not definitions.present():
        pytest.skip("left out: Discord's definitions are not beside the project")
    line = {"kind": "request", "method": "POST", "path": "/interactions/1/token/callback"}
    body = {"type": 9, "data": asyncio.run(_form(models, model, pictures))}
    assert definitions.complaints(json.dumps({**line, "body": body})) == []


async def _form(models: tuple[Model, ...], model: Model, pictures: int) -> dict[str, Any]:
    engine: Any = None
    found = [Picture(f"{number}.jpg", _nothing) for number in range(pictures)]
    form = AnimateForm(Counter(engine), Menu(models, Defaults(model=model.name)), found)
    return form.to_dict()


async def _nothing() -> bytes:
    return b""


def test_the_forms_sound_says_what_the_server_does_where_it_can_be_switched() -> None:
    def sound(models: tuple[Model, ...], **defaults: Any) -> Any:
        engine: Any = None

        async def made() -> AnimateForm:
            return AnimateForm(Counter(engine), Menu(models, Defaults(**defaults)), [])

        labels = asyncio.run(made()).to_dict()["components"]
        return next((label["component"]["default"] for label in labels if label["label"] == "With sound"), None)

    assert sound(SINANCODE) is True
    assert sound(SINANCODE, audio=False) is False
    assert sound(DASHSCOPE) is None  # its newest model cannot be silent


@pytest.mark.parametrize(
    ("rules", "lengths", "tiers"),
    [
        (ChannelRules(), ["5", "10", "15"], ["720P", "1080P"]),
        (ChannelRules(most_seconds=10), ["5", "10"], ["720P", "1080P"]),
        (ChannelRules(most_seconds=5), [], ["720P", "1080P"]),
        (ChannelRules(most_resolution="720P"), ["5", "10", "15"], []),
        (ChannelRules(models=("wan2.5-i2v-preview",)), ["5", "10"], ["480P", "720P", "1080P"]),
    ],
    ids=["no rules", "shorter", "one length left", "one quality left", "another model"],
)
def test_the_form_offers_only_what_the_channel_takes(rules: ChannelRules, lengths: list[str], tiers: list[str]) -> None:
    fields = asyncio.run(_fields(rules))
    assert [choice["value"] for choice in fields.get("Length", [])] == lengths
    assert [choice["value"] for choice in fields.get("Quality", [])] == tiers


def test_the_form_chooses_what_is_usual_in_the_channel() -> None:
    fields = asyncio.run(_fields(ChannelRules(duration_seconds=10, resolution="720P")))
    chosen = [choice["value"] for name in ("Length", "Quality") for choice in fields[name] if choice.get("default")]
    assert chosen == ["10", "720P"]


def test_there_is_no_form_where_the_rules_leave_nothing() -> None:
    with pytest.raises(NotHere):
        asyncio.run(_fields(ChannelRules(most_seconds=1)))


async def _fields(rules: ChannelRules) -> dict[str, list[dict[str, Any]]]:
    """The fields of the form that have something to choose, by their labels."""
    engine: Any = None
    form = AnimateForm(Counter(engine), Menu(SINANCODE, Defaults()), [], rules)
    labels = form.to_dict()["components"]
    return {label["label"]: label["component"]["options"] for label in labels if "options" in label["component"]}


def test_the_page_of_options_has_every_model_as_the_catalogue_has_it() -> None:
    rows = re.findall(
        r"^\| `([\w.-]+)` \| (.+?) \| (.+?) \| .+? \| .+? \| .+? \| .+? \| (\d+) \|$", DOCS.read_text(), re.M
    )
    expected = [
        (model.name, sorted(model.resolutions), model.default_resolution, str(model.prompt_characters))
        for _, model in MODELS
    ]
    found = [
        (name, sorted(tiers.replace("*", "").split()), re.findall(r"\*\*(\w+)\*\*", tiers)[0], prompt)
        for name, tiers, _, prompt in rows
    ]
    assert found == expected
