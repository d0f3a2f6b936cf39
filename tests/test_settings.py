"""Settings are read once; what is missing or wrong is said in one sentence that holds no secret."""

import os
import re
from pathlib import Path

import pytest

from settings import PREFIX, SettingsError, load

NOWHERE = "names a host or a port that there cannot be"
GOOD = {"DISCORD_TOKEN": "a-made-up-token", "WAN_TOKEN": "a-made-up-key"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
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
        ("DISCORD_URL", "http://127.0.0.1:99999", f"FIRSTFRAME_DISCORD_URL is wrong: {NOWHERE}."),
        ("DISCORD_URL", "http://127.0.0.1:abc", f"FIRSTFRAME_DISCORD_URL is wrong: {NOWHERE}."),
        ("DISCORD_URL", "http://127.0.0.1 :80", f"FIRSTFRAME_DISCORD_URL is wrong: {NOWHERE}."),
        ("WAN_FILES_URL", "http://127.0.0.1:abc", f"FIRSTFRAME_WAN_FILES_URL is wrong: {NOWHERE}."),
        ("WAN_URL", "http://ex..ample", f"FIRSTFRAME_WAN_URL is wrong: {NOWHERE}."),
        ("WAN_URL", "http://[::1", f"FIRSTFRAME_WAN_URL is wrong: {NOWHERE}."),
        ("DISCORD_TOKEN", "in\ntwo", "FIRSTFRAME_DISCORD_TOKEN is wrong: has characters that no token has."),
        ("WAN_TOKEN", "a key", "FIRSTFRAME_WAN_TOKEN is wrong: has characters that no token has."),
        ("DATA_DIR", "", "FIRSTFRAME_DATA_DIR is wrong: must not be empty."),
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


def test_what_a_copied_secret_has_around_it_is_no_part_of_it(environment: pytest.MonkeyPatch) -> None:
    environment.setenv(f"{PREFIX}WAN_TOKEN", " a-made-up-key\n")
    assert load(None).wan_token.get_secret_value() == "a-made-up-key"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    ("proxy", "problem"),
    [
        ("socks5://user:made-up@127.0.0.1:1080", "must be an address that starts with http:// or https://"),
        ("http://user:made-up@127.0.0.1:abc", NOWHERE),
        ("127.0.0.1:99999", NOWHERE),
        ("http://user:m%C3%A4de-up@127.0.0.1:1080", "must have its user and password in ASCII"),
    ],
)
def test_a_wrong_proxy_is_named_like_a_setting(
    environment: pytest.MonkeyPatch, name: str, proxy: str, problem: str
) -> None:
    environment.setenv(name, proxy)
    with pytest.raises(SettingsError) as error:
        load(None)
    assert str(error.value) == f"{name.upper()} is wrong: {problem}."


def test_a_proxy_may_leave_its_scheme_out_and_is_nothing_where_none_is_wanted(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTP_PROXY", "127.0.0.1:3128")
    load(None)
    environment.setenv("HTTP_PROXY", "socks5://127.0.0.1:1080")
    environment.setenv("NO_PROXY", "localhost, *")
    load(None)


@pytest.mark.parametrize(
    "exempt", ["", " , ", ".example.com", "*.example.com,a.example:80", "::1, 10.0.0.0/8,[::1]:80"]
)
def test_what_needs_no_proxy_may_be_named_in_every_way(environment: pytest.MonkeyPatch, exempt: str) -> None:
    environment.setenv("NO_PROXY", exempt)
    load(None)


@pytest.mark.parametrize("exempt", ["example.com:none", "a.example, b..example", "[::1"])
def test_what_needs_no_proxy_has_to_be_a_place(environment: pytest.MonkeyPatch, exempt: str) -> None:
    environment.setenv("NO_PROXY", exempt)
    with pytest.raises(SettingsError) as error:
        load(None)
    assert str(error.value) == f"NO_PROXY is wrong: {NOWHERE}."


def test_a_file_in_another_encoding_is_named_in_one_sentence(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes("# für den Bot\n".encode("latin-1"))
    with pytest.raises(SettingsError) as error:
        load(file)
    assert str(error.value) == f"{file} is wrong: save it as text in UTF-8."


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
