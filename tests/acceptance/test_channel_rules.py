"""Where clips may be made, how large, and what they are like where members say nothing."""

from collections.abc import Iterator

import pytest

from tests.acceptance.orders import cancel, waiting
from tests.acceptance.street import Opened, Street

IS_SPOILER = 8
"""Discord's flag of an attachment that is covered until it is pressed."""


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """Channels without rules."""
    street = opened.street
    street.reset()
    yield street
    street.moderate("channel clear")
    street.moderate("channel clear", where="previews")
    street.moderate("channel clear", whole_server=True)


def test_a_preview_channel_is_one_preset(street: Street) -> None:
    previews = street.channels["previews"]
    said = street.moderate("channel set", channel=previews, preset="preview")
    assert said.splitlines()[:3] == [
        f"The rules of <#{previews}> changed:",
        "- largest resolution: not set → 720P",
        "- longest duration: not set → 5 s",
    ]
    assert "at most 5 s: choose `duration:5`. Nothing was charged." in street.refused(where="previews", duration=10)
    assert "at most 720P: choose `resolution:" in street.refused(where="previews", resolution="1080P")
    with waiting(street):
        status = street.taken(where="previews", duration=None, resolution=None)
        assert "5 s · 720P" in status["content"]
        cancel(street, status, where="previews")
        elsewhere = street.taken(duration=10)
        cancel(street, elsewhere)


def test_a_channel_where_clips_may_not_be_made_names_those_where_they_may(street: Street) -> None:
    street.moderate("channel set", whole_server=True, allowed=False)
    said = street.moderate("channel set", channel=street.channels["previews"], allowed=True)
    assert "- clips allowed: not set → yes" in said
    for where in ("clips", "general", "lake series"):
        refusal = street.refused(where=where)
        assert refusal == (
            f"Clips cannot be made in this channel: use <#{street.channels['previews']}>. Nothing was charged."
        )
    with waiting(street):
        cancel(street, street.taken(where="previews"), where="previews")
    said = street.moderate("channel show")
    assert "- clips allowed: no · set for the whole server" in said
    assert f"-# Rules of their own: <#{street.channels['previews']}>" in said


def test_a_channel_that_is_forbidden_says_so(street: Street) -> None:
    street.moderate("channel set", allowed=False)
    assert street.refused() == (
        "Clips cannot be made in this channel: ask a moderator where they can. Nothing was charged."
    )
    assert "no → not set" in street.moderate("channel clear", setting="allowed")


def test_clips_may_be_for_age_restricted_channels_only(street: Street) -> None:
    street.moderate("channel set", whole_server=True, age_restricted_only=True)
    assert "clips are made in age-restricted channels only, and this one is not" in street.refused()
    with waiting(street):
        cancel(street, street.taken(where="after-dark"), where="after-dark")


def test_a_threads_rules_are_its_channels(street: Street) -> None:
    street.moderate("channel set", longest_duration=5)
    assert "at most 5 s" in street.refused(where="lake series", duration=10)
    said = street.moderate("channel show", where="lake series")
    assert f"**Rules of <#{street.channels['clips']}>**\n- longest duration: 5 s · set here" in said
    street.moderate("channel set", where="lake series", longest_duration=10)
    assert "at most 10 s" in street.refused(duration=15)


def test_what_a_member_does_not_say_is_what_the_channel_says(street: Street) -> None:
    street.moderate(
        "channel set",
        default_model="wan2.5-i2v-preview",
        default_duration=10,
        default_resolution="480P",
        default_negative_prompt="no text",
        default_seed=42,
        default_watermark=True,
        default_rewrite=False,
    )
    street.wan(hold=True)
    street.reply("member", street.animate(prompt="as usual here", duration=None, resolution=None, seed=None))
    asked = street.until(lambda: street.tasks("as usual here"), "the task")[0]
    request = asked["request"]
    assert "wan2.5" in asked["model"]
    assert (request["duration"], request["resolution"], request["seed"]) == (10, "480P", 42)
    assert (request["negative_prompt"], request["watermark"]) == ("no text", True)
    assert request["prompt_extend"] is False
    street.reply("member", street.animate(prompt="as I say", duration=5, resolution=None, seed=1))
    request = street.until(lambda: street.tasks("as I say"), "the task")[0]["request"]
    assert (request["duration"], request["resolution"], request["seed"]) == (5, "480P", 1)
    street.wan(hold=False)
    street.clip("as usual here")
    street.clip("as I say")


def test_only_the_named_models_may_be_used(street: Street) -> None:
    said = street.moderate("channel set", models="wan2.5-i2v-preview")
    assert "- models: not set → wan2.5-i2v-preview" in said
    assert "`wan2.6-i2v` cannot be used in this channel" in street.refused(model="wan2.6-i2v")
    said = street.moderate("channel set", models="wan2.5-i2v-preview, nonsense")
    assert "There is no model nonsense" in said
    assert said.endswith("Nothing changed.")
    assert "- models: wan2.5-i2v-preview · set here" in street.moderate("channel show")


def test_models_complete_behind_those_that_are_typed(street: Street) -> None:
    offered = street.completions("channel set", "models", models="wan2.6-i2v, 2.5")
    assert offered
    assert all(text.startswith("wan2.6-i2v, ") and "2.5" in text for text in offered)


def test_clips_go_out_as_spoilers_and_are_found_again_as_such(street: Street) -> None:
    street.moderate("channel set", spoilers=True)
    street.wan(hold=True)
    street.reply("member", street.animate(prompt="a surprise"))
    street.until(lambda: street.tasks("a surprise"), "the task")
    sends = street.fault("discord", "POST", f"channels/{street.channels['clips']}/messages", hang="after")
    street.wan(hold=False)
    street.until(lambda: street.fault_hits(sends), "the post")
    street.kill_bot()  # the clip is in the channel, and the bot does not know
    street.clear_faults()
    street.start_bot()
    street.until(lambda: [one for one in street.messages() if "✅ **Done**" in one["content"]], "the status")
    [clip] = street.clips("a surprise")
    [attachment] = clip["attachments"]
    assert attachment["filename"].startswith("SPOILER_firstframe-")
    assert attachment["flags"] & IS_SPOILER
    assert "- clips as spoilers: yes → not set" in street.moderate("channel clear", setting="spoiler")
    street.reply("member", street.animate(prompt="no surprise"))
    [attachment] = street.clip("no surprise")["attachments"]
    assert attachment["filename"].startswith("firstframe-")
    assert not attachment.get("flags", 0) & IS_SPOILER


def test_the_form_offers_only_what_the_channel_allows(street: Street) -> None:
    street.moderate("channel set", longest_duration=10)
    interaction = street.command("animate-form")
    shown = street.get(f"/sandbox/interactions/{interaction}", wait_seconds=5)
    assert shown["state"] == "modal", shown
    offered = {option["value"] for option in _options(shown["modal"])}
    assert {"5", "10", "720P"} <= offered
    assert "15" not in offered


def _options(modal: dict[str, list[dict[str, dict[str, list[dict[str, str]]]]]]) -> list[dict[str, str]]:
    return [option for part in modal["components"] for option in part["component"].get("options", [])]


def test_what_cannot_be_set_is_said(street: Street) -> None:
    assert street.moderate("channel set") == "Name at least one setting to change. Nothing changed."
    said = street.moderate("channel set", spoilers=True, channel=street.channels["clips"], whole_server=True)
    assert said == "Name a channel or choose the whole server, not both. Nothing changed."
    assert "No rules are set" in street.moderate("channel show")
