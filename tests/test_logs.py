"""No secret that went in comes out in a log line or a traceback."""

import json
import logging
from urllib.parse import quote

import pytest

from logs import ScrubbingFormatter

SECRETS = ("a-made-up-bot-token", "a-made-up-key")


def line_of(message: str, *arguments: object, error: Exception | None = None) -> str:
    information = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("discord.http", logging.WARNING, "", 0, message, arguments, information)
    return ScrubbingFormatter(SECRETS).format(record)


def test_the_settings_secrets_do_not_come_out() -> None:
    line = line_of("sent %s and %s", *SECRETS)
    assert not any(secret in line for secret in SECRETS)


def test_an_interaction_token_in_a_path_does_not_come_out() -> None:
    line = line_of("rate limited: PATCH https://discord.com/api/v10/webhooks/12/aW50ZXJhY3Rpb24/messages/@original")
    assert "aW50ZXJhY3Rpb24" not in line
    assert "/webhooks/12/…/messages/@original" in line
    assert "aW50" not in line_of("POST /interactions/34/aW50ZXJhY3Rpb24/callback broke")


def test_the_query_of_a_signed_address_does_not_come_out() -> None:
    line = line_of("GET http://127.0.0.1/results/1.mp4?Expires=1&Signature=abc failed")
    assert line.endswith("GET http://127.0.0.1/results/1.mp4?… failed")


def test_a_traceback_is_scrubbed_as_well() -> None:
    try:
        raise ValueError("https://x.example/1.mp4?Signature=abc with a-made-up-key")
    except ValueError as error:
        text = line_of("broke", error=error)
    assert "Traceback" in text
    assert "Signature" not in text
    assert "a-made-up-key" not in text


def test_a_message_cannot_begin_a_line_of_its_own() -> None:
    line = line_of("no model is named %s", "x\r\n2026-01-01 00:00:00,000 INFO    bot: forged \x1b[2K\u2028\u202e\ud800")
    assert len(line.splitlines()) == 1
    assert r"x\r\n2026-01-01" in line
    assert r"\x1b[2K\u2028\u202e\ud800" in line


def test_what_an_error_says_cannot_pass_for_a_line() -> None:
    try:
        raise ValueError("no such thing\n2026-01-01 00:00:00,000 INFO    bot: forged\rINFO")
    except ValueError as error:
        _, *below = line_of("broke", error=error).splitlines()
    assert any("forged" in line for line in below)
    assert all(line.startswith("    ") for line in below)


@pytest.mark.parametrize("secret", ['it\'s/a "key"', "back\\slash", "pct%41", "plain.and-simple_1"])
def test_a_secret_is_known_in_quotes_and_in_addresses_too(secret: str) -> None:
    for spelt in (secret, repr(secret), json.dumps(secret), quote(secret), quote(secret, safe=""), {"key": secret}):
        record = logging.LogRecord("bot", logging.INFO, "", 0, "sent %s", (spelt,) if spelt != {} else (), None)
        line = ScrubbingFormatter([secret]).format(record)
        assert secret not in line
        assert quote(secret, safe="") not in line
        assert repr(secret)[1:-1] not in line


def test_a_signature_does_not_come_out_without_its_address_either() -> None:
    line = line_of("target b'/a.mp4?OSSAccessKeyId=one&Signature=two&hm=three' failed")
    assert not any(secret in line for secret in ("one", "two", "three"))
