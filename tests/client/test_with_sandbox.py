"""The client and the sandbox's Wan service over the wire: both tables row by row, and everything else they do."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from client import (
    DashScope,
    InputRefused,
    LookupFailed,
    Model,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderBroken,
    ProviderError,
    Refused,
    SinanCode,
    TaskReport,
    TaskState,
    VideoRequest,
    model_named,
)
from sandbox.faults import Fault, Moment
from sandbox.wan.tasks import Status, Verdict
from tests.client.dialects import BOTH, DASHSCOPE, SINANCODE, Dialect
from tests.client.service import at_once
from tests.client.test_error_table import ROWS, WORDS
from tests.sandbox.pictures import jpeg
from tests.sandbox.wan_service import TOKEN, Service, running

Client = SinanCode | DashScope

MINUTE = timedelta(minutes=1)
PICTURE = jpeg(480, 360)
MODELS = [
    *((SINANCODE, model) for model in SinanCode.models),
    *((DASHSCOPE, model) for model in DashScope.models),
]
EACH_MODEL = pytest.mark.parametrize(
    ("dialect", "model"), MODELS, ids=[f"{dialect.name}-{model.name}" for dialect, model in MODELS]
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A client and the service that it talks to."""

    client: Client
    service: Service

    def tasks_made(self) -> int:
        return sum(1 for _ in self.service.wan.tasks)


async def _listed(client: Client, since: datetime, until: datetime, model: str | None = None) -> list[str]:
    listed = await client.list_created(model or client.models[0].name, since, until, at_once)
    return [task.id for task in listed or []]


@asynccontextmanager
async def _meeting(dialect: Dialect, folder: Path, token: str = TOKEN) -> AsyncIterator[Meeting]:
    async with running(folder) as service:
        # Nothing is rendered unless a test lets a task run.
        service.wan.settings.merge({"max_running": 0})
        client: Client
        if dialect is SINANCODE:
            client = SinanCode(f"{service.url}/v1", token, files_url=f"{service.url}/files")
        else:
            client = DashScope(f"{service.url}/api/v1", token)
        try:
            yield Meeting(client, service)
        finally:
            await client.aclose()


def _meet(dialect: Dialect, folder: Path, act: Callable[[Meeting], Awaitable[None]], token: str = TOKEN) -> None:
    async def run() -> None:
        async with _meeting(dialect, folder, token) as meeting:
            await act(meeting)

    asyncio.run(run())


def _plain(model: Model) -> VideoRequest:
    return VideoRequest(
        image=PICTURE,
        image_type="image/jpeg",
        duration_seconds=model.default_duration,
        resolution=model.default_resolution,
        seed=7,
        model=model.name,
    )


def _small(client: Client) -> VideoRequest:
    """A request that is quick to render."""
    model = model_named(client.models, "wan2.5-i2v-preview")
    assert model is not None
    return replace(_plain(model), resolution="480P")


def _accepted(model: Model) -> list[VideoRequest]:
    """Requests at every edge of the row."""
    plain = _plain(model)
    return [
        *(replace(plain, resolution=resolution) for resolution in model.resolutions),
        *(replace(plain, duration_seconds=seconds) for seconds in model.durations),
        *(replace(plain, template=name) for name in model.templates),
        replace(plain, prompt="w" * model.prompt_characters),
        replace(plain, prompt="浪" * model.prompt_characters),
        replace(plain, negative_prompt="w" * model.negative_prompt_characters),
        replace(plain, audio=False, shots="multi", watermark=True),
        replace(plain, rewrite=False, shots="multi"),
        replace(plain, seed=0),
        replace(plain, seed=2**31 - 1),
    ]


def _refused(model: Model) -> list[VideoRequest]:
    """Requests just outside of the row."""
    plain = _plain(model)
    others = {"480P", "720P", "1080P"} - set(model.resolutions)
    return [
        *(replace(plain, resolution=resolution) for resolution in others),
        *(replace(plain, duration_seconds=seconds) for seconds in set(range(17)) - set(model.durations)),
        replace(plain, prompt="w" * (model.prompt_characters + 1)),
        replace(plain, negative_prompt="w" * (model.negative_prompt_characters + 1)),
        replace(plain, seed=-1),
        replace(plain, seed=2**31),
    ]


@EACH_MODEL
def test_what_a_row_allows_is_accepted(dialect: Dialect, model: Model, tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        requests = _accepted(model)
        for request in requests:
            await meeting.client.create(request)
        assert meeting.tasks_made() == len(requests)

    _meet(dialect, tmp_path, act)


@EACH_MODEL
def test_what_a_row_does_not_allow_is_the_members_input(dialect: Dialect, model: Model, tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        for request in _refused(model):
            with pytest.raises(InputRefused) as raised:
                await meeting.client.create(request)
            assert raised.value.detail
        assert meeting.tasks_made() == 0

    _meet(dialect, tmp_path, act)


@EACH_MODEL
def test_a_stored_soundtrack_arrives_where_the_row_has_one(dialect: Dialect, model: Model, tmp_path: Path) -> None:
    sound = _silence(4)

    async def act(meeting: Meeting) -> None:
        url = await meeting.client.store_file(sound, "my sound.wav", "audio/wav", model.name)
        request = replace(_plain(model), soundtrack_url=url)
        if not model.soundtrack:
            with pytest.raises(InputRefused):
                await meeting.client.create(request)
            return
        await meeting.client.create(request)
        (task,) = meeting.service.wan.tasks
        assert task.order.soundtrack is not None
        assert task.order.soundtrack.sha256 == sha256(sound).hexdigest()

    _meet(dialect, tmp_path, act)


@BOTH
@ROWS
def test_an_error_of_the_table(
    dialect: Dialect,
    tmp_path: Path,
    status: int,
    code: str,
    refusal: type[ProviderError],
    failure: type[ProviderError],
) -> None:
    """Once as the answer to a create, once as the end of a task."""

    async def act(meeting: Meeting) -> None:
        service, model = meeting.service, meeting.client.models[0]
        service.faults.add(Fault("wan", "POST", status=status, body=dialect.refused(code, WORDS)))
        with pytest.raises(refusal) as raised:
            await meeting.client.create(_plain(model))
        assert (raised.value.code, raised.value.detail) == (code, WORDS)
        assert meeting.tasks_made() == 0

        task_id = await meeting.client.create(_plain(model))
        await _end(service, task_id, Verdict(Status.FAILED, code, WORDS))
        report = await meeting.client.look(task_id)
        assert type(report.error) is failure
        assert (report.error.code, report.error.detail) == (code, WORDS)

    _meet(dialect, tmp_path, act)


@BOTH
def test_a_task_that_failed_without_a_word(dialect: Dialect, tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        task_id = await meeting.client.create(_plain(meeting.client.models[0]))
        await _end(meeting.service, task_id, Verdict(Status.FAILED))
        assert type((await meeting.client.look(task_id)).error) is ProviderBroken

    _meet(dialect, tmp_path, act)


@BOTH
def test_a_clip_comes_from_the_order_to_the_file(dialect: Dialect, tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        client, service = meeting.client, meeting.service
        await client.check()
        task_id = await client.create(
            replace(_plain(client.models[2 if dialect is DASHSCOPE else 1]), resolution="480P")
        )
        assert (await client.look(task_id)).state is TaskState.PENDING
        service.wan.settings.merge({"max_running": 1, "pending_seconds": 0, "task_seconds": 0})
        report = await _done(client, task_id)
        assert report.video_url
        size = await client.download(report.video_url, tmp_path / "clip.mp4", 10_000_000)
        assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
        assert size == (tmp_path / "clip.mp4").stat().st_size

    _meet(dialect, tmp_path, act)


@BOTH
def test_a_wrong_key_is_the_operators_business(dialect: Dialect, tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        model = meeting.client.models[0]
        for call in (
            meeting.client.check(),
            meeting.client.create(_plain(model)),
            meeting.client.store_file(b"RIFF", "a.wav", "audio/wav", None),
        ):
            with pytest.raises(OperatorNeeded):
                await call
        with pytest.raises(LookupFailed):
            await meeting.client.look("1")

    _meet(dialect, tmp_path, act, token="another-token")


@pytest.mark.parametrize("zone_hours", [0, 8])
@pytest.mark.parametrize("break_off", [Fault("wan", "POST", cut=Moment.AFTER), Fault("wan", "POST", status=500)])
def test_a_create_whose_outcome_is_unknown_is_looked_for_in_the_list(
    break_off: Fault, zone_hours: int, tmp_path: Path
) -> None:
    async def act(meeting: Meeting) -> None:
        client, service = meeting.client, meeting.service
        service.wan.settings.merge({"zone_hours": zone_hours})
        request = _plain(client.models[0])
        await client.create(replace(request, model="wan2.6-i2v-flash"))
        since = service.clock.now()
        service.faults.add(break_off)
        with pytest.raises(OutcomeUnknown):
            await client.create(request)
        until = service.clock.now()
        made = [task.id for task in service.wan.tasks][1:]
        assert len(made) == (1 if break_off.cut else 0)
        service.clock.advance(60)
        await client.create(request)
        assert await _listed(client, since, until) == made
        assert await _listed(client, since - 2 * MINUTE, since - MINUTE) == []

    _meet(DASHSCOPE, tmp_path, act)


def test_only_the_task_with_our_prompt_is_ours_once_it_tells_it(tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        client, service = meeting.client, meeting.service
        wave, horse = (
            replace(_plain(client.models[2]), resolution="480P", prompt=words) for words in ("wave", "horse")
        )
        since = service.clock.now()
        ids = [await client.create(request) for request in (wave, horse)]
        assert sorted(await _listed(client, since, service.clock.now(), wave.model)) == sorted(ids)
        assert [await client.prompt_of(task_id) for task_id in ids] == [None, None]
        service.wan.settings.merge({"max_running": 2, "pending_seconds": 0, "task_seconds": 0})
        for task_id in ids:
            await _done(client, task_id)
        assert [await client.prompt_of(task_id) for task_id in ids] == ["wave", "horse"]

    _meet(DASHSCOPE, tmp_path, act)


def test_a_list_of_many_pages_is_read_to_its_end(tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        request = _plain(meeting.client.models[0])
        since = meeting.service.clock.now()
        ids = [await meeting.client.create(request) for _ in range(23)]
        assert sorted(await _listed(meeting.client, since, meeting.service.clock.now())) == sorted(ids)

    _meet(DASHSCOPE, tmp_path, act)


def test_a_task_is_called_off_while_it_is_pending_and_not_later(tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        task_id = await meeting.client.create(_plain(meeting.client.models[0]))
        assert await meeting.client.cancel(task_id) is True
        report = await meeting.client.look(task_id)
        assert report.state is TaskState.FAILED
        assert type(report.error) is Refused
        assert await meeting.client.cancel(task_id) is False

    _meet(DASHSCOPE, tmp_path, act)


def test_a_task_too_young_or_too_old_to_be_seen_is_no_verdict(tmp_path: Path) -> None:
    async def act(meeting: Meeting) -> None:
        client, service = meeting.client, meeting.service
        task_id = await client.create(_plain(client.models[0]))
        service.wan.settings.merge({"hidden_seconds": 5})
        for seconds in (0, 86_400):
            service.clock.advance(seconds)
            with pytest.raises(LookupFailed) as raised:
                await client.look(task_id)
            assert raised.value.code == "UNKNOWN"

    _meet(DASHSCOPE, tmp_path, act)


async def _done(client: Client, task_id: str) -> TaskReport:
    """Look until the clip is there; each look lets the service go on."""
    while (report := await client.look(task_id)).state is not TaskState.SUCCEEDED:
        assert report.error is None
    return report


async def _end(service: Service, task_id: str, verdict: Verdict) -> None:
    task = service.wan.tasks.get(task_id)
    assert task is not None
    await service.wan.tasks.end(task, verdict)


def _silence(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(2 * 8000 * seconds))
    return file.getvalue()
