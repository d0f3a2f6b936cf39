"""Settings are read once; what is missing or wrong is said in one sentence that holds no secret."""

import re
from pathlib import Path

import pytest

from settings import PREFIX, SettingsError, load

GOOD = {"DISCORD_TOKEN": "a-made-up-token", "WAN_TOKEN": "a-made-up-key"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(PREFIX + name, value)
    return monkeypatch


def test_two_secrets_are_enough(environment: pytest.MonkeyPatch) -> None:
    settings = load(None)
    assert settings.provider == "sinancode"
    assert settings.database == Path("data/firstframe.db")
    assert settings.credits_per_second["1080P"] == 3
    assert "made-up" not in repr(settings)


def test_the_environment_goes_before_the_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{PREFIX}DISCORD_TOKEN=from-the-file\n{PREFIX}CREDITS_PER_DAY=7\nOTHERS_NAME=1\n")
    settings = load(file)
    assert settings.discord_token.get_secret_value() == "a-made-up-token"
    assert settings.credits_per_day == 7


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DISCORD_TOKEN", " ", "FIRSTFRAME_DISCORD_TOKEN is wrong: must not be empty."),
        ("CREDITS_PER_DAY", "-1", "FIRSTFRAME_CREDITS_PER_DAY is wrong: input should be greater than or equal to 0."),
        (
            "WAN_URL",
            "api.example",
            "FIRSTFRAME_WAN_URL is wrong: must be an address that starts with http:// or https://.",
        ),
        (
            "DISCORD_URL",
            "http://",
            "FIRSTFRAME_DISCORD_URL is wrong: must be an address that starts with http:// or https://.",
        ),
        (
            "DEFAULT_RESOLUTION",
            "4K",
            "FIRSTFRAME_DEFAULT_RESOLUTION is wrong: input should be '480P', '720P' or '1080P'.",
        ),
        ("CREDIT_PER_DAY", "9", "FIRSTFRAME_CREDIT_PER_DAY is not a setting: see .env.example for those there are."),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    environment: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    environment.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as error:
        load(None)
    assert str(error.value) == sentence


@pytest.mark.parametrize("table", ['{"720P": 2}', '{"720P": 0, "1080P": 3}', "not json"])
def test_a_price_table_has_to_price_every_resolution(environment: pytest.MonkeyPatch, table: str) -> None:
    environment.setenv(f"{PREFIX}CREDITS_PER_SECOND", table)
    with pytest.raises(SettingsError, match="FIRSTFRAME_CREDITS_PER_SECOND"):
        load(None)


def test_every_line_of_the_example_file_is_a_setting_that_holds(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = (Path(__file__).parent.parent / ".env.example").read_text("utf-8")
    file = tmp_path / ".env"
    file.write_text(re.sub(rf"^#({PREFIX})", r"\1", example, flags=re.MULTILINE))
    settings = load(file)
    assert settings.default_duration == 5
    assert settings.default_resolution == "1080P"


def test_a_missing_secret_says_where_to_put_it(environment: pytest.MonkeyPatch) -> None:
    environment.delenv(f"{PREFIX}WAN_TOKEN")
    with pytest.raises(SettingsError, match=r"FIRSTFRAME_WAN_TOKEN is missing: set it in the environment or in \.env"):
        load(None)
