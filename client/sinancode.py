"""The Wan image-to-video API in SinanCode's dialect: flat bodies, lower-case states, a file store of its own."""

from datetime import datetime
from typing import Any, ClassVar, Unpack

from client import answers, codes
from client.answer import Answer
from client.catalogue import SINANCODE, Model, model_named
from client.dialect import Dialect, Order, Timeouts, told
from client.door import exchange
from client.errors import LookupFailed, NotSent
from client.form import Form, safe_filename
from client.protocol import ListedTask, TaskReport, TaskState, Turn, VideoRequest

API_URL = "https://api.sinancode.com/v1"
FILES_URL = "https://files-api.sinancode.com"

_CREATE_PATH = "/generate/bailian/wan2-image-to-video"
_STATES = {
    "pending": TaskState.PENDING,
    "processing": TaskState.RUNNING,
    "completed": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
}


class SinanCode(Dialect):
    """A Provider. It documents no way to call a task off, and none to list them."""

    name: ClassVar[str] = "sinancode"
    models: ClassVar[tuple[Model, ...]] = SINANCODE
    cancels: ClassVar[bool] = False

    def __init__(self, base_url: str, token: str, *, files_url: str = FILES_URL, **timeouts: Unpack[Timeouts]) -> None:
        """Connect to nothing yet; `files_url` gets the token too. Raises ValueError as every dialect does."""
        if not answers.is_web_url(files_url):
            raise ValueError("the address of the provider's file store is not an http(s) address")
        super().__init__(base_url, token, beside=(files_url,), **timeouts)
        self._files_url = files_url.rstrip("/")

    async def cancel(self, task_id: str) -> bool:  # noqa: ARG002 - the protocol's; here no task can be called off
        """Not possible."""
        return False

    async def store_file(
        self,
        data: bytes,
        filename: str,
        media_type: str,
        model: str | None,  # noqa: ARG002 - the protocol's; this store is the same for all models
    ) -> str:
        """Put a file into the file store, which takes 50 MB, and give its address. Raises Refused or NotSent."""
        form = Form(safe_filename(filename), data, media_type)
        answer = await self._store(
            exchange(self._http.creates, "POST", f"{self._files_url}/api/upload/file", form=form)
        )
        # `cn_url` is the one for mainland China; either is better than none.
        urls = (answers.text(answer.json or {}, name) for name in ("url", "cn_url"))
        url = next(filter(answers.is_web_url, urls), "")
        if not url:
            code, detail = self._words(answer.json)
            raise told("store", NotSent(detail or "The file store gave no address.", code=code), answer.status)
        return url

    async def list_created(
        self,
        model: str,  # noqa: ARG002 - the protocol's; here there is no list to look into
        since: datetime,  # noqa: ARG002
        until: datetime,  # noqa: ARG002
        turn: Turn,  # noqa: ARG002
    ) -> list[ListedTask] | None:
        """Not possible."""
        return None

    async def prompt_of(self, task_id: str) -> str | None:  # noqa: ARG002
        """None: no task tells it."""
        return None

    def _order(self, request: VideoRequest) -> Order:
        model = model_named(self.models, request.model)
        body = {
            "image_url": answers.data_uri(request.image, request.image_type),
            "audio_url": request.soundtrack_url or None,
            "duration": request.duration_seconds,
            "resolution": request.resolution,
            "seed": request.seed,
            "audio": request.audio if model and model.audio_flag else None,
            "prompt_extend": request.rewrite,
            "watermark": request.watermark,
            # Counts only together with prompt_extend.
            "shot_type": request.shots if model and model.shots and request.rewrite else None,
            "prompt": request.prompt or None,
            "negative_prompt": request.negative_prompt or None,
            "template": request.template or None,
            # Left out, it is the provider's newest, which is what it recommends.
            "model": request.model or None,
        }
        return Order(_CREATE_PATH, body)

    def _task_id(self, body: dict[str, Any] | None) -> str:
        return answers.task_id(body)

    def _report(self, answer: Answer) -> TaskReport:
        body = answer.json or {}
        word = answers.text(body, "status").lower()
        if not word:
            raise told("look", LookupFailed("The answer tells no status."), answer.status)
        state = _STATES.get(word, TaskState.RUNNING)
        if state is TaskState.FAILED:
            return TaskReport(state, error=codes.task_error(*self._words(body)))
        if state is not TaskState.SUCCEEDED:
            return TaskReport(state)
        url = answers.result_url(body.get("result"))
        if url is None:
            raise told("look", LookupFailed("The task is completed, but there is no address."), answer.status)
        return TaskReport(state, video_url=url)
