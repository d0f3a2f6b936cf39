"""The Wan image-to-video API in DashScope's dialect, as Alibaba Cloud Model Studio speaks it at the source."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar

from client import answers, codes
from client.answer import Answer
from client.catalogue import DASHSCOPE, Model, model_named
from client.dialect import Dialect, Order, told
from client.door import TROUBLE, exchange
from client.errors import LookupFailed, NotSent, Refused
from client.oss import Policy
from client.protocol import ListedTask, TaskReport, TaskState, Turn, VideoRequest
from client.tasklist import MOST_PAGES, Listing, Window

REGIONS: Mapping[str, str] = MappingProxyType(
    {
        "beijing": "https://dashscope.aliyuncs.com/api/v1",
        "singapore": "https://dashscope-intl.aliyuncs.com/api/v1",
        "virginia": "https://dashscope-us.aliyuncs.com/api/v1",
    }
)
"""Base addresses; a key belongs to one region."""

_CREATE_PATH = "/services/aigc/video-generation/video-synthesis"
_ASYNC = {"X-DashScope-Async": "enable"}
_RESOLVE_OSS = {"X-DashScope-OssResourceResolve": "enable"}
_STATES = {
    "PENDING": TaskState.PENDING,
    "RUNNING": TaskState.RUNNING,
    "SUCCEEDED": TaskState.SUCCEEDED,
    "FAILED": TaskState.FAILED,
    "CANCELED": TaskState.FAILED,
}
_UNKNOWN = "UNKNOWN"
_TOO_LATE = "UnsupportedOperation"


class DashScope(Dialect):
    """A Provider."""

    name: ClassVar[str] = "dashscope"
    models: ClassVar[tuple[Model, ...]] = DASHSCOPE
    cancels: ClassVar[bool] = True

    async def cancel(self, task_id: str) -> bool:
        """Call off a task that has not begun; False for one that has. Raises LookupFailed."""
        try:
            answer = await self._http.lookups.ask("POST", f"{self._task_path(task_id)}/cancel")
        except TROUBLE as error:
            raise told("cancel", LookupFailed(type(error).__name__)) from error
        if answer.is_success:
            return True
        if self._words(answer.json)[0] == _TOO_LATE:
            return False
        raise told("cancel", self._lookup_failed(answer), answer.status)

    async def store_file(self, data: bytes, filename: str, media_type: str, model: str | None) -> str:
        """Put a file into the provider's bucket, which keeps it 48 h, and give its oss:// address.

        Raises Refused or NotSent.
        """
        name = model or self.models[0].name
        query = {"action": "getPolicy", "model": name}
        answer = await self._store(exchange(self._http.creates, "GET", f"{self._base_url}/uploads", query=query))
        policy = Policy.read(answer.json)
        if policy is None:
            raise told("store", NotSent("The answer holds no upload policy."), answer.status)
        form = policy.form(data, filename, media_type)
        # The form carries its own signature; the bucket is none of the token's business.
        await self._store(self._http.elsewhere.post(policy.upload_host, form))
        return f"oss://{form.fields['key']}"

    async def list_created(self, model: str, since: datetime, until: datetime, turn: Turn) -> list[ListedTask] | None:
        """The tasks of a model that were created between two moments, the last 24 h at most. Raises LookupFailed."""
        window = Window(model, since, until)
        listed: dict[str, ListedTask] = {}  # new tasks push the rows on meanwhile, so one may turn up twice
        for page in range(1, MOST_PAGES + 1):
            await turn()
            answer = await self._look_up("list", "/tasks/", query=window.query(page))
            listing = Listing.read(answer.json)
            if listing is None:
                raise told("list", LookupFailed("The answer holds no list."), answer.status)
            listed |= {task.id: task for task in listing.within(window)}
            if listing.is_last(page):
                return list(listed.values())
        raise told("list", LookupFailed("The list has no end."))

    async def prompt_of(self, task_id: str) -> str | None:
        """The prompt, as a task tells it that has succeeded: of others it is not documented. Raises LookupFailed."""
        answer = await self._look_up("list", self._task_path(task_id))
        return answers.text(answers.part(answer.json, "output"), "orig_prompt") or None

    def _order(self, request: VideoRequest) -> Order:
        name = self._model_name(request)
        model = model_named(self.models, name)
        body = {
            "model": name,
            "input": {
                "prompt": request.prompt or None,
                "negative_prompt": request.negative_prompt or None,
                "img_url": answers.data_uri(request.image, request.image_type),
                "audio_url": request.soundtrack_url or None,
                "template": request.template or None,
            },
            "parameters": {
                "resolution": request.resolution,
                "duration": request.duration_seconds,
                "prompt_extend": request.rewrite,
                # Counts only together with prompt_extend.
                "shot_type": request.shots if model and model.shots and request.rewrite else None,
                "audio": request.audio if model and model.audio_flag else None,
                "watermark": request.watermark,
                "seed": request.seed,
            },
        }
        stored = (request.soundtrack_url or "").startswith("oss://")
        return Order(_CREATE_PATH, body, {**_ASYNC, **_RESOLVE_OSS} if stored else _ASYNC)

    def _task_id(self, body: dict[str, Any] | None) -> str:
        return answers.task_id(answers.part(body, "output"))

    def _report(self, answer: Answer) -> TaskReport:
        output = answers.part(answer.json, "output")
        word = answers.text(output, "task_status").upper()
        if not word:
            raise told("look", LookupFailed("The answer tells no status."), answer.status)
        if word == _UNKNOWN:
            # Never existed, older than 24 h, or so young that it is not to be seen yet: no verdict in any case.
            raise told("look", LookupFailed("The provider does not know the task.", code=_UNKNOWN), answer.status)
        state = _STATES.get(word, TaskState.RUNNING)
        if state is TaskState.FAILED:
            return TaskReport(state, error=self._failure(word, output))
        if state is not TaskState.SUCCEEDED:
            return TaskReport(state)
        url = answers.text(output, "video_url")
        if not answers.is_web_url(url):
            raise told("look", LookupFailed("The task has succeeded, but there is no address."), answer.status)
        took = answers.seconds_between(answers.text(output, "submit_time"), answers.text(output, "end_time"))
        return TaskReport(state, video_url=url, took_seconds=took)

    def _failure(self, word: str, output: Mapping[str, Any]) -> Refused:
        code, detail = self._words(output)
        if word == "CANCELED":
            return Refused(detail or "The task was called off.", code=code or word)
        return codes.task_error(code, detail)

    def _words(self, body: Mapping[str, Any] | None) -> tuple[str | None, str]:
        """An error lies at the top where a request was refused, inside `output` where a task failed."""
        code, detail = super()._words(body)
        inner_code, inner_detail = super()._words(answers.part(body, "output"))
        return code or inner_code, detail or inner_detail

    def _model_name(self, request: VideoRequest) -> str:
        return request.model or self.models[0].name
