"""No secret that went in comes out in a log line or a traceback."""

import logging

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
