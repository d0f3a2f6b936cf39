"""The Wan image-to-video API in SinanCode's dialect."""

import asyncio
import json
import logging
import re
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import httpx

from client import answers, codes, download
from client.door import NEVER_LEFT, Answer, exchange, open_clients
from client.errors import DownloadFailed, LookupFailed, OperatorNeeded, OutcomeUnknown, ProviderError, Unreachable
from client.protocol import TaskReport, TaskState, VideoRequest

_log = logging.getLogger(__name__)

_CREATE_PATH = "/generate/bailian/wan2-image-to-video"
_NO_TASK = str(UUID(int=0))
_STATES = {
    "pending": TaskState.PENDING,
    "processing": TaskState.RUNNING,
    "completed": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
}
_TROUBLE = (httpx.HTTPError, httpx.InvalidURL, TimeoutError)


class SinanCode:
    """A Provider. `create_seconds`, `look_seconds` and `download_seconds` are for a whole call, body and all."""

    name = "sinancode"

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        connect_seconds: float = 10,
        create_seconds: float = 120,
        look_seconds: float = 30,
        download_seconds: float = 300,
    ) -> None:
        """Connect to nothing yet. Raises ValueError for an unusable address or token, without quoting it."""
        if not answers.is_web_url(base_url):
            raise ValueError("the provider's address is not an http(s) address")
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise ValueError("the provider's token is empty or has characters that no token has")
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._create_seconds = create_seconds
        self._look_seconds = look_seconds
        self._download_seconds = download_seconds
        self._http = open_clients(
            token, connect_seconds=connect_seconds, create_seconds=create_seconds, look_seconds=look_seconds
        )

    def __repr__(self) -> str:
        return f"SinanCode({urlsplit(self._base_url).hostname})"

    async def create(self, request: VideoRequest) -> str:
        """Send the paid POST, exactly once, and give the task's id. Raises Refused, NotSent or OutcomeUnknown."""
        # Up to 13 MB of Base64: not on the event loop.
        content = await asyncio.to_thread(_content, request)
        answer = await self._post(content)
        task_id = answers.task_id(answer.json) if answer.is_success else ""
        if not task_id:
            code, detail = self._words(answer.json)
            error = codes.create_error(answer.status, code, detail, answer.retry_after_seconds)
            raise _told("create", error, answer.status)
        _log.info("create: task %s", task_id)
        return task_id

    async def look(self, task_id: str) -> TaskReport:
        """Ask how a task is doing. Raises LookupFailed, which says nothing about the task."""
        try:
            answer = await self._get_task(task_id)
        except _TROUBLE as error:
            raise _told("look", LookupFailed(type(error).__name__)) from error
        if not answer.is_success:
            raise _told("look", self._lookup_failed(answer), answer.status)
        return self._report(answer)

    async def cancel(self, task_id: str) -> bool:
        """Not possible: this dialect documents no way to call a task off."""
        _log.debug("cancel: task %s stays", task_id)
        return False

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        """Stream a result into a file, there whole or not at all, and give its bytes. Raises DownloadFailed."""
        if not answers.is_web_url(url):
            raise _told("download", DownloadFailed("The result's address is not an http(s) address."))
        try:
            async with asyncio.timeout(self._download_seconds):
                return await download.fetch(self._http.downloads, url, to, max_bytes)
        except DownloadFailed as error:
            raise _told("download", error) from None
        except (*_TROUBLE, OSError) as error:
            raise _told("download", DownloadFailed(type(error).__name__)) from error

    async def check(self) -> None:
        """Ask for a task that can't exist, which costs nothing. Raises OperatorNeeded, Unreachable or LookupFailed."""
        try:
            answer = await self._get_task(_NO_TASK)
        except _TROUBLE as error:
            raise _told("check", Unreachable(type(error).__name__)) from error
        code, detail = self._words(answer.json)
        if answer.status in (401, 403) or codes.meaning_of_code(code) is codes.Meaning.OPERATOR:
            raise _told("check", OperatorNeeded(detail, code=code), answer.status)
        if answer.status >= 500:
            raise _told("check", self._lookup_failed(answer), answer.status)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _post(self, content: bytes) -> Answer:
        try:
            async with asyncio.timeout(self._create_seconds):
                return await exchange(self._http.creates, "POST", self._base_url + _CREATE_PATH, content)
        except NEVER_LEFT as error:
            raise _told("create", Unreachable(type(error).__name__)) from error
        except _TROUBLE as error:
            raise _told("create", OutcomeUnknown(type(error).__name__)) from error

    async def _get_task(self, task_id: str) -> Answer:
        async with asyncio.timeout(self._look_seconds):
            return await exchange(self._http.lookups, "GET", f"{self._base_url}/tasks/{quote(task_id, safe='')}")

    def _report(self, answer: Answer) -> TaskReport:
        body = answer.json or {}
        word = answers.text(body, "status").lower()
        if not word:
            raise _told("look", LookupFailed("The answer tells no status."), answer.status)
        state = _STATES.get(word, TaskState.RUNNING)
        if state is TaskState.FAILED:
            code, detail = self._words(body)
            return TaskReport(state, error=codes.task_error(code, detail))
        if state is not TaskState.SUCCEEDED:
            return TaskReport(state)
        url = answers.result_url(body.get("result"))
        if url is None:
            raise _told("look", LookupFailed("The task is completed, but there is no address."), answer.status)
        return TaskReport(state, video_url=url)

    def _lookup_failed(self, answer: Answer) -> LookupFailed:
        code, detail = self._words(answer.json)
        return LookupFailed(detail, code=code, retry_after_seconds=answer.retry_after_seconds)

    def _words(self, body: dict[str, Any] | None) -> tuple[str | None, str]:
        """Code and friendly text of an answer. Some services quote the token that they did not like."""
        code, detail = answers.error_of(body)
        return code and code.replace(self._token, "[token]"), detail.replace(self._token, "[token]")


def _content(request: VideoRequest) -> bytes:
    body = {
        "image_url": f"data:{request.image_type};base64,{b64encode(request.image).decode('ascii')}",
        "duration": request.duration_seconds,
        "resolution": request.resolution,
        "seed": request.seed,
        "audio": request.audio,
        "prompt_extend": request.rewrite,
        "watermark": request.watermark,
        # Counts only together with prompt_extend.
        "shot_type": request.shots if request.rewrite else None,
        "prompt": request.prompt or None,
        "negative_prompt": request.negative_prompt or None,
        "template": request.template or None,
        # Left out, it is the provider's newest, which is what it recommends.
        "model": request.model or None,
    }
    # ASCII, because half a character pair in a prompt has no UTF-8 but still has its JSON escape.
    return json.dumps({name: value for name, value in body.items() if value is not None}).encode("ascii")


def _told(what: str, error: ProviderError, status: int | None = None) -> ProviderError:
    _log.warning("%s: %s%s: %s", what, type(error).__name__, f" (HTTP {status})" if status else "", error)
    return error
