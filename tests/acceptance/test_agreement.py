"""Whatever passes our own checks the video service takes, and what it would refuse never reaches it."""

import asyncio
import io
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from client import DashScope, ProviderError, Refused, SinanCode, VideoRequest
from engine import Defaults, Menu, NotOffered, Wish
from engine.menu import MOST_SEED
from engine.requesting import request_of
from media.first_frame import BadImage, prepare
from storage import ClipOptions
from tests.acceptance.street import photo
from tests.sandbox.wan_service import TOKEN, Service, running

T = TypeVar("T")
Client = SinanCode | DashScope

MODELS = [
    *(("sinancode", model.name) for model in SinanCode.models),
    *(("dashscope", model.name) for model in DashScope.models),
]
LENGTHS = [limit + off for limit in (500, 800, 1500, 2000) for off in (-1, 0, 1)]
EDGES = st.sampled_from(LENGTHS)
OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "prompt": st.text(max_size=30) | EDGES.map(lambda length: "x" * length),
    "duration_seconds": st.sampled_from([1, 2, 3, 4, 5, 6, 9, 10, 11, 14, 15, 16]),
    "resolution": st.sampled_from(["480P", "720P", "1080P"]),
    "audio": st.booleans(),
    "negative_prompt": EDGES.map(lambda length: "y" * length),
    "seed": st.integers(0, MOST_SEED),
    "shots": st.sampled_from(["single", "multi"]),
    "rewrite": st.booleans(),
    "template": st.sampled_from(["flying", "melt", "squish"]),
    "watermark": st.booleans(),
}
# A few options at a time: of wishes that say everything nearly all are refused.
WISHES = st.lists(st.one_of(*(st.tuples(st.just(name), values) for name, values in OPTIONS.items())), max_size=3).map(
    lambda said: Wish(**dict(said))
)


class Loop:
    """An event loop in a thread of its own, so that one service serves all examples."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Meeting:
    """Both dialects' clients and the service between which nothing may be misunderstood."""

    def __init__(self, loop: Loop, service: Service, clients: dict[str, Client]) -> None:
        self._loop = loop
        self._service = service
        self.clients = clients

    def create(self, dialect: str, request: VideoRequest) -> ProviderError | None:
        """Send it; None if it was taken."""
        try:
            self._loop.do(self.clients[dialect].create(request))
        except Refused as error:
            return error
        return None


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    """A Wan service that takes orders and never begins to render."""
    loop, stack = Loop(), AsyncExitStack()

    async def open_all() -> Meeting:
        service = await stack.enter_async_context(running(tmp_path_factory.mktemp("wan")))
        service.wan.settings.merge({"pending_seconds": 1e9})
        clients: dict[str, Client] = {
            "sinancode": SinanCode(f"{service.url}/v1", TOKEN),
            "dashscope": DashScope(f"{service.url}/api/v1", TOKEN),
        }
        for client in clients.values():
            stack.push_async_callback(client.aclose)
        return Meeting(loop, service, clients)

    try:
        yield loop.do(open_all())
    finally:
        loop.do(stack.aclose())
        loop.end()


def asked(options: ClipOptions, image: bytes) -> VideoRequest:
    """The options in the provider's words, with a picture."""
    return replace(request_of(options), image=image)


PICTURE = prepare(photo(480, 360)).jpeg

ALONE = [
    *(Wish(duration_seconds=seconds) for seconds in range(1, 18)),
    *(Wish(resolution=tier) for tier in ("480P", "720P", "1080P")),
    *(Wish(prompt="x" * length) for length in LENGTHS),
    *(Wish(negative_prompt="y" * length) for length in LENGTHS),
    *(Wish(audio=wanted) for wanted in (True, False)),
    *(Wish(shots=shots, rewrite=rewrite) for shots in ("single", "multi") for rewrite in (True, False)),
]


@pytest.mark.parametrize(("dialect", "name"), MODELS)
def test_each_option_alone_at_its_edges_is_settled_just_where_the_service_takes_it(
    meeting: Meeting, dialect: str, name: str
) -> None:
    menu = Menu(meeting.clients[dialect].models, Defaults())
    for wish in ALONE:
        try:
            options, _ = menu.settle(replace(wish, model=name))
        except NotOffered as refusal:
            if refusal.option in ("duration", "resolution", "prompt", "negative_prompt"):
                assert meeting.create(dialect, asked(_raw(menu, name, wish), PICTURE)) is not None, wish
        else:
            assert meeting.create(dialect, asked(options, PICTURE)) is None, wish


def _raw(menu: Menu, name: str, wish: Wish) -> ClipOptions:
    """The wish as it stands, as if nothing had been checked."""
    return ClipOptions(
        model=name,
        duration_seconds=wish.duration_seconds or menu.model(name).default_duration,
        resolution=wish.resolution or menu.model(name).default_resolution,
        seed=1,
        prompt=wish.prompt,
        negative_prompt=wish.negative_prompt,
    )


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(MODELS), WISHES)
def test_what_the_menu_settles_the_service_takes(meeting: Meeting, chosen: tuple[str, str], wish: Wish) -> None:
    dialect, name = chosen
    menu = Menu(meeting.clients[dialect].models, Defaults())
    try:
        options, _ = menu.settle(replace(wish, model=name))
    except NotOffered:
        return
    assert meeting.create(dialect, asked(options, PICTURE)) is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4500), st.integers(1, 4500), st.sampled_from(["JPEG", "PNG", "WEBP", "BMP"]))
def test_a_picture_that_is_prepared_the_service_takes(meeting: Meeting, width: int, height: int, kind: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(file, kind)
    try:
        frame = prepare(file.getvalue())
    except BadImage:
        return
    options, _ = Menu(SinanCode.models, Defaults()).settle(Wish())
    assert meeting.create("sinancode", asked(options, frame.jpeg)) is None
