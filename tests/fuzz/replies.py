"""Whatever the video service replies, in both dialects: an answer or one of the client's errors, fit to be kept."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx

from client import DashScope, ProviderError, SinanCode, TaskReport
from client.answer import Answer
from client.elsewhere import Elsewhere
from client.form import Form
from client.lookups import Lookups
from tests.client.dialects import DASHSCOPE, SINANCODE, TASK_ID, VIDEO_URL
from tests.client.service import IMAGE, REQUEST, TOKEN, at_once
from tests.fuzz import trees
from tests.fuzz.target import Target

_NOON = datetime(2026, 7, 31, 12, tzinfo=UTC)
_MADE = int(_NOON.timestamp() * 1000)
_ROW = {"task_id": TASK_ID, "gmt_create": _MADE + 1000, "model_name": "wan2.6-i2v"}
_POLICY = {"upload_host": "http://bucket.example", "upload_dir": "d", "policy": "p", "signature": "s"}
_MOST_ANSWERS = 6

Client = SinanCode | DashScope

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nothing goes out


def seeds() -> Iterable[bytes]:
    """What the services say when all is well, and each way to say no."""
    for name, dialect in (("sinancode", SINANCODE), ("dashscope", DASHSCOPE)):
        bodies = [dialect.created, dialect.pending, dialect.succeeded, dialect.failed("Throttling", "slow down")]
        bodies += [dialect.refused("InvalidParameter", "no"), dialect.refused("DataInspectionFailed", "no")]
        for call in ("create", "look", "find", "check", "cancel"):
            for body in bodies:
                yield _seed(name, call, {"status": 200, "body": body})
            yield _seed(name, call, {"status": 429, "headers": {"Retry-After": "5"}, "body": bodies[-2]})
            yield _seed(name, call, {"status": 502, "body": "<html>Bad gateway</html>"})
    listed = {"data": [_ROW], "total_page": 1, "page_no": 1}
    told = {"output": {**DASHSCOPE.succeeded["output"], "orig_prompt": "a wave"}}
    yield _seed("dashscope", "find", {"status": 200, "body": listed}, {"status": 200, "body": told})
    policy = {"data": {**_POLICY, "oss_access_key_id": "k"}}
    yield _seed("dashscope", "store", {"status": 200, "body": policy}, {"status": 200, "body": ""})
    yield _seed("sinancode", "store", {"status": 200, "body": {"url": VIDEO_URL}})
    results = [{"type": "video", "url": VIDEO_URL}, {"type": "image", "url": VIDEO_URL}]
    yield _seed("sinancode", "look", {"status": 200, "body": {"status": "completed", "result": results}})


def try_one(data: bytes) -> None:
    """Make the call, with these answers to its requests."""
    tree = trees.read(data)
    if isinstance(tree, dict):
        asyncio.run(_call(tree))


async def _call(tree: dict[str, Any]) -> None:
    answers = tree.get("answers")
    client = _client(tree.get("dialect") == "dashscope", answers if isinstance(answers, list) else [])
    call = _CALLS.get(str(tree.get("call")), _CALLS["look"])
    try:
        told: object = await call(client)
        if isinstance(told, TaskReport):
            told = (told.video_url, told.error, told.error and told.error.code, told.error and told.error.detail)
    except ProviderError as error:
        told = (error, error.code, error.detail, getattr(error, "retry_after_seconds", None))
    finally:
        await client.aclose()
    text = str(told) + "".join(str(part) for part in told if part) if isinstance(told, tuple) else str(told)
    text.encode()  # it goes into the database
    assert "\n" not in text, text
    assert TOKEN not in text, text


async def _find(client: Client) -> object:
    listed = await client.list_created("wan2.6-i2v", _NOON, _NOON + timedelta(minutes=1), at_once)
    for task in listed or []:
        await client.prompt_of(task.id)
    return [task.id for task in listed or []]


_CALLS: Mapping[str, Callable[[Client], Awaitable[object]]] = {
    "create": lambda client: client.create(REQUEST),
    "look": lambda client: client.look(TASK_ID),
    "cancel": lambda client: client.cancel(TASK_ID),
    "check": lambda client: client.check(),
    "find": _find,
    "store": lambda client: client.store_file(IMAGE, "a.mp3", "audio/mpeg", None),
}


@cache
def _base(is_dashscope: bool) -> Client:
    """Made once: reading the system's certificates takes longer than everything else."""
    return DashScope("http://a.example", TOKEN) if is_dashscope else SinanCode("http://a.example", TOKEN)


def _client(is_dashscope: bool, answers: list[Any]) -> Client:
    """A client whose connections end in the fuzzer's hands."""
    client = copy(_base(is_dashscope))
    left = answers[:_MOST_ANSWERS]

    def answer() -> httpx.Response:
        return _response(left.pop(0) if left else None)

    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer()), verify=_NO_TLS)
    client._http = replace(client._http, creates=http, lookups=_Lookups(answer), elsewhere=_Elsewhere(answer))
    return client


class _Elsewhere(Elsewhere):
    """Has no connections: what comes back is up to the fuzzer, and how it is read to the client."""

    def __init__(self, answer: Callable[[], httpx.Response]) -> None:
        self._answer = answer

    async def post(self, url: str, form: Form) -> Answer:
        answer = self._answer()
        return await Answer.read(answer.status_code, answer.headers, answer.aiter_bytes())

    async def aclose(self) -> None:
        pass


class _Lookups(Lookups):
    """The same."""

    def __init__(self, answer: Callable[[], httpx.Response]) -> None:
        self._answer = answer

    async def ask(self, method: str, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        answer = self._answer()
        return await Answer.read(answer.status_code, answer.headers, answer.aiter_bytes())

    async def aclose(self) -> None:
        pass


def _response(told: object) -> httpx.Response:
    if not isinstance(told, dict):
        raise httpx.ReadError("cut")
    status, headers, body = told.get("status"), told.get("headers"), told.get("body")
    content = body.encode(errors="surrogatepass") if isinstance(body, str) else trees.written(body)
    named = headers.items() if isinstance(headers, dict) else ()
    kept = [(name.encode("utf-8", "replace"), str(value).encode("utf-8", "replace")) for name, value in named]
    return httpx.Response(
        status if type(status) is int and 200 <= status <= 599 else 200, headers=kept, content=content
    )


def _seed(dialect: str, call: str, *answers: dict[str, Any]) -> bytes:
    return trees.written({"dialect": dialect, "call": call, "answers": answers})


TARGET = Target(seeds, try_one, trees.changed, as_bytes=False)
