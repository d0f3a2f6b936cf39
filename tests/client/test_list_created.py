"""The list of tasks, in which that of a create is looked for that was cut off: what it is asked, and what it tells."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs

import pytest

from client import ListedTask, LookupFailed
from client.tasklist import MOST_PAGES
from tests.client.service import Seen, Service, Step, at_once, client_of, cuts, dashscope_of, hangs, says

SINCE = datetime(2026, 7, 31, 9, 59, 30, 500_400, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=2)
MODEL = "wan2.6-i2v"


def _row(task_id: str, seconds: float = 1, **change: object) -> dict[str, Any]:
    made = int((SINCE + timedelta(seconds=seconds)).timestamp() * 1000)
    return {"task_id": task_id, "model_name": "wan2.6-i2v", "gmt_create": made, "status": "RUNNING", **change}


def _page(*rows: object, pages: int | None = 1) -> Step:
    return says(200, {"request_id": "r", "data": list(rows), **({} if pages is None else {"total_page": pages})})


def _task(prompt: str | None = None, status: str = "SUCCEEDED") -> Step:
    return says(200, {"output": {"task_status": status, **({} if prompt is None else {"orig_prompt": prompt})}})


def _list(*steps: Step) -> tuple[list[str], list[Seen]]:
    async def run() -> tuple[list[str], list[Seen]]:
        async with Service(*steps) as service:
            client = dashscope_of(service.url, look_seconds=0.5)
            try:
                listed = await client.list_created(MODEL, SINCE, UNTIL, at_once)
                assert listed is not None
                return [task.id for task in listed], service.seen
            finally:
                await client.aclose()

    return asyncio.run(run())


def _prompt(step: Step) -> tuple[str | None, list[Seen]]:
    async def run() -> tuple[str | None, list[Seen]]:
        async with Service(step) as service:
            client = dashscope_of(service.url, look_seconds=0.5)
            try:
                return await client.prompt_of("a"), service.seen
            finally:
                await client.aclose()

    return asyncio.run(run())


def test_the_list_is_asked_for_the_model_and_the_time_in_any_zone_from_utc_to_beijing() -> None:
    listed, (seen,) = _list(_page())
    assert listed == []
    assert (seen.method, seen.path) == ("GET", "/api/v1/tasks/")
    assert parse_qs(seen.query) == {
        "start_time": ["20260731095930"],
        "end_time": ["20260731180131"],
        "model_name": ["wan2.6-i2v"],
        "page_no": ["1"],
        "page_size": ["10"],
    }


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    async def run() -> None:
        beijing = timezone(timedelta(hours=8))
        async with Service(_page(_row("a", 60))) as service:
            client = dashscope_of(service.url)
            listed = await client.list_created(MODEL, SINCE.astimezone(beijing), UNTIL.astimezone(beijing), at_once)
            made = (SINCE + timedelta(minutes=1)).replace(microsecond=500_000)
            assert listed == [ListedTask("a", made)]
            await client.aclose()
            assert "start_time=20260731095930" in service.seen[0].query

    asyncio.run(run())


def test_a_long_window_is_cut_to_the_day_that_the_list_goes_back() -> None:
    async def run() -> None:
        async with Service(_page()) as service:
            client = dashscope_of(service.url)
            await client.list_created(MODEL, SINCE, SINCE + timedelta(days=3), at_once)
            await client.aclose()
            assert parse_qs(service.seen[0].query)["end_time"] == ["20260801095930"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("row", "fits"),
    [
        (_row("a", 0), True),
        (_row("a", 120), True),
        (_row("a", -0.002), False),
        (_row("a", 120.002), False),
        (_row("a", 8 * 3600), False),
        (_row("a", -8 * 3600), False),
        (_row("a", model_name="wan2.6-i2v-flash"), False),
        (_row("a", model_name=None), False),
        (_row("a", gmt_create=None), False),
        (_row("a", gmt_create="yesterday"), False),
        (_row("a", gmt_create="9" * 5000), False),
        (_row("a", gmt_create=str(int(UNTIL.timestamp() * 1000))), True),
        (_row("a", status="FAILED"), True),
        (_row(""), False),
        (_row("no id at all"), False),
        ("no row", False),
    ],
)
def test_a_task_of_the_same_model_and_time_fits(row: object, fits: bool) -> None:
    listed, _ = _list(_page(row))
    assert listed == (["a"] if fits else [])


@pytest.mark.parametrize(("step", "prompt"), [(_task("a wave"), "a wave"), (_task(""), None), (_task(), None)])
def test_a_task_tells_its_prompt_or_does_not(step: Step, prompt: str | None) -> None:
    told, (seen,) = _prompt(step)
    assert told == prompt
    assert seen.path == "/api/v1/tasks/a"


def test_all_pages_are_read_and_a_row_seen_twice_is_one_task() -> None:
    rows = [_row(name) for name in "abc"]
    listed, seen = _list(_page(rows[0], rows[1], pages=3), _page(rows[1], pages=3), _page(rows[2], pages=3))
    assert listed == ["a", "b", "c"]
    assert [parse_qs(one.query)["page_no"] for one in seen] == [["1"], ["2"], ["3"]]


def test_each_page_waits_for_its_turn() -> None:
    async def run() -> None:
        turns: list[int] = []
        async with Service(_page(_row("a"), pages=2), _page(_row("b"), pages=2)) as service:

            async def turn() -> None:
                turns.append(len(service.seen))

            client = dashscope_of(service.url)
            await client.list_created(MODEL, SINCE, UNTIL, turn)
            await client.aclose()
        assert turns == [0, 1]

    asyncio.run(run())


def test_where_the_number_of_pages_is_not_told_an_empty_one_is_the_last() -> None:
    listed, seen = _list(_page(_row("a"), pages=None), _page(pages=None))
    assert listed == ["a"]
    assert len(seen) == 2


def test_a_number_of_pages_that_is_no_number_is_not_told() -> None:
    endless = says(200, {"data": [_row("a")], "total_page": "9" * 5000})
    listed, seen = _list(endless, _page(pages=None))
    assert listed == ["a"]
    assert len(seen) == 2


def test_a_list_without_an_end_is_no_list() -> None:
    async def run() -> None:
        async with Service(_page(_row("a"), pages=None)) as service:
            client = dashscope_of(service.url)
            with pytest.raises(LookupFailed):
                await client.list_created(MODEL, SINCE, UNTIL, at_once)
            await client.aclose()
            assert len(service.seen) == MOST_PAGES

    asyncio.run(run())


@pytest.mark.parametrize(
    "step",
    [
        says(200, {}),
        says(200, {"data": None}),
        says(200, []),
        says(200, "<html>Welcome</html>"),
        says(401, {"code": "InvalidApiKey"}),
        says(429, {"code": "Throttling"}),
        says(500, b""),
        cuts(),
        hangs(),
    ],
)
def test_a_list_that_can_not_be_read_tells_nothing(step: Step) -> None:
    with pytest.raises(LookupFailed):
        _list(step)


@pytest.mark.parametrize("step", [says(429, {"code": "Throttling"}), says(500, b""), cuts()])
def test_a_task_that_can_not_be_looked_at_tells_no_prompt(step: Step) -> None:
    with pytest.raises(LookupFailed):
        _prompt(step)


def test_sinancode_has_no_list() -> None:
    async def run() -> None:
        async with Service(says(200, {})) as service:
            client = client_of(service.url)
            assert await client.list_created(MODEL, SINCE, UNTIL, at_once) is None
            await client.aclose()
            assert service.seen == []

    asyncio.run(run())
