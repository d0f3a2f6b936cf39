"""Driver calls that show the tasks at the Wan service and decide how they end."""

from __future__ import annotations

from aiohttp import web

from sandbox.drive.answers import problem, read_object
from sandbox.wan.service import Wan
from sandbox.wan.tasks import Status, Task, Verdict


def routes(wan: Wan) -> list[web.AbstractRouteDef]:
    def find(request: web.Request) -> Task:
        task = wan.tasks.get(request.match_info["id"])
        if task is None:
            raise problem("there is no such task", 404)
        return task

    async def show(_: web.Request) -> web.Response:
        return web.json_response([wan.describe(task) for task in wan.tasks])

    async def image(request: web.Request) -> web.Response:
        picture = find(request).order.picture
        return web.Response(body=picture.data, content_type=picture.content_type)

    async def soundtrack(request: web.Request) -> web.Response:
        sound = find(request).order.soundtrack
        if sound is None:
            raise problem("the task has no soundtrack", 404)
        return web.Response(body=sound.data, content_type=sound.content_type)

    async def end(request: web.Request) -> web.Response:
        task = find(request)
        verdict = _verdict(await read_object(request))
        if verdict.status is Status.CANCELED and task.status is not Status.PENDING:
            raise problem(f"only a pending task can be canceled: this one is {task.status}", 409)
        try:
            await wan.tasks.end(task, verdict)
        except ValueError as error:
            raise problem(str(error), 409) from error
        return web.json_response(wan.describe(task))

    return [
        web.get("/sandbox/wan/tasks", show),
        web.get("/sandbox/wan/tasks/{id}/image", image),
        web.get("/sandbox/wan/tasks/{id}/soundtrack", soundtrack),
        web.post("/sandbox/wan/tasks/{id}", end),
    ]


def _verdict(asked: dict[str, object]) -> Verdict:
    code, message = asked.get("error_code", ""), asked.get("error_msg", "")
    if not isinstance(code, str) or not isinstance(message, str):
        raise problem("error_code and error_msg must be strings")
    match asked.get("status"):
        case "completed":
            return Verdict(Status.COMPLETED)
        case "failed":
            return Verdict(Status.FAILED, code, message)
        case "canceled":
            return Verdict(Status.CANCELED)
    raise problem("status must be completed, failed or canceled")
