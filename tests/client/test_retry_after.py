"""Retry-After in both of its forms, and everything that is neither."""

from datetime import UTC, datetime

import pytest

from client.answers import LONGEST_WAIT_SECONDS, retry_after_seconds

NOW = datetime(2026, 7, 31, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": " 12 "}, 12.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "999999999"}, LONGEST_WAIT_SECONDS),
        ({"retry-after": "Fri, 31 Jul 2026 10:01:00 GMT"}, 60.0),
        ({"retry-after": "Fri, 31 Jul 2026 09:00:00 GMT"}, 0.0),
        ({"retry-after": "Fri, 31 Jul 2026 10:01:00 -0000"}, 60.0),
        ({"retry-after": "Fri, 99 Jul 2026 10:01:00 GMT"}, None),
        ({"retry-after": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, None),
        # The server's clock counts, not ours.
        ({"retry-after": "Sat, 01 Aug 2026 00:00:30 GMT", "date": "Sat, 01 Aug 2026 00:00:00 GMT"}, 30.0),
        ({"retry-after": "Fri, 31 Jul 2026 10:00:30 GMT", "date": "no date"}, 30.0),
    ],
    ids=repr,
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, NOW) == seconds
