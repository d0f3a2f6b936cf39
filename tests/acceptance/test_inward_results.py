"""A result that is said to lie on the bot's own machine or network is not fetched, and nothing connects there."""

import socket
from contextlib import closing

import pytest

from tests.acceptance.street import Street

PRICE = 10


def test_nothing_connects_and_the_clip_comes_once_its_address_is_good(street: Street) -> None:
    street.wan(one_clip=True)
    before, prompt = street.credits_left(), "a result that points inward"
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        inward = f"http://localhost:{listener.getsockname()[1]}/clip.mp4"
        body = {"status": "completed", "result": [inward]}
        told = street.fault("wan", "GET", "/tasks/", times=2, status=200, body=body)
        street.animate(prompt=prompt)
        street.clip(prompt)
        assert street.fault_hits(told) == 2
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert "localhost points inward" in street.http.get("/sandbox/bot/log").text
    assert [task["times_created"] for task in street.tasks(prompt)] == [1]
    assert len(street.clips(prompt)) == 1
    assert street.credits_left() == before - PRICE
