"""One sandbox serves all tests of a file; each begins with it reset."""

from collections.abc import Iterator

import pytest

from tests.acceptance.street import Opened, Street, sandbox


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A running sandbox with the bot in it."""
    with sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def street(opened: Opened) -> Street:
    """The sandbox, reset."""
    opened.street.reset()
    return opened.street
