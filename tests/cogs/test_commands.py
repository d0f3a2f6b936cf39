"""The commands and forms as they are registered with Discord: bounds, choices, and what the definitions allow."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from client import DASHSCOPE, SINANCODE, Model
from cogs.animate import Animate
from cogs.counter import Counter
from cogs.form import AnimateForm
from cogs.moderation import Moderation
from cogs.pictures import Picture
from engine import Defaults, Menu
from tests.sandbox import definitions

DOCS = Path(__file__).parent.parent.parent / "docs" / "options.md"
MODELS = [*((SINANCODE, model) for model in SINANCODE), *((DASHSCOPE, model) for model in DASHSCOPE)]
NAMES = [f"{'sinancode' if models is SINANCODE else 'dashscope'} {model.name}" for models, model in MODELS]


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


def test_moderators_commands_are_hidden_from_members_and_checked_again() -> None:
    credits: Any = None
    cog = Moderation(credits)
    for group in (cog.limits, cog.grants):
        assert group.default_permissions == discord.Permissions(manage_guild=True)


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
