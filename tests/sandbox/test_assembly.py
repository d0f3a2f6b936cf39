"""The sandbox as a whole: its addresses, its driver calls, its page, and the bot's process under it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import smoke
from sandbox.app import BOT_COMMAND, PROJECT, Sandbox
from sandbox.smoke import SmokeError
from tests.processes import PATIENCE_SECONDS, begun, left_over
from tests.sandbox.assembly import assembled, call


def test_the_page_is_served_and_nothing_outside_its_folder(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (_, http):
            async with http.get("/") as answer:
                assert (answer.status, answer.content_type) == (200, "text/html")
                assert answer.headers["Cache-Control"] == "no-cache"
            for path in ("/nothing.css", "/..%2fapp.py", "/%2e%2e/app.py"):
                async with http.get(path) as answer:
                    assert answer.status == 404

    asyncio.run(scenario())


def test_settings_are_shown_and_merged_all_or_none(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http):
            _, before = await call(http, "GET", "/sandbox/settings")
            status, after = await call(
                http, "POST", "/sandbox/settings", {"upload_limit_bytes": 1000, "wan": {"hold": True}}
            )
            assert status == 200
            assert after == {**before, "upload_limit_bytes": 1000, "wan": {**before["wan"], "hold": True}}
            wrongs: list[Any] = [{"wan": {"hold": 3}, "upload_limit_bytes": 2}, {"nope": 1}, {"wan": 5}, []]
            for wrong in wrongs:
                status, answer = await call(http, "POST", "/sandbox/settings", wrong)
                assert (status, list(answer)) == (400, ["error"])
            assert sandbox.discord.settings.upload_limit_bytes == 1000

    asyncio.run(scenario())


def test_a_fault_is_set_listed_and_cleared(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http):
            fault = {"service": "wan", "method": "GET", "path": "/tasks/", "status": 503, "body": {"message": "busy"}}
            status, added = await call(http, "POST", "/sandbox/faults", fault)
            assert (status, added) == (200, {"id": "1"})
            async with http.get(f"{sandbox.wan_url}/v1/tasks/x") as answer:
                assert answer.status == 503
            _, listed = await call(http, "GET", "/sandbox/faults")
            assert [(item["id"], item["hits"], item["status"]) for item in listed["faults"]] == [("1", 1, 503)]
            assert await call(http, "DELETE", "/sandbox/faults") == (200, {"faults": []})

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"service": "mail", "status": 500}, "service"),
        ({"service": "wan"}, "needs"),
        ({"service": "wan", "status": 700}, "status"),
        ({"service": "wan", "status": "500"}, "status"),
        ({"service": "wan", "cut": "later"}, "cut"),
        ({"service": "wan", "status": 500, "path": "("}, "regular expression"),
        ({"service": "wan", "status": 500, "often": 2}, "often"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_in_a_sentence(
    tmp_path: Path, fault: dict[str, Any], named: str
) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (_, http):
            status, answer = await call(http, "POST", "/sandbox/faults", fault)
            assert status == 400
            assert named in answer["error"]

    asyncio.run(scenario())


def test_the_clock_goes_forward_only(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (_, http):
            assert (await call(http, "POST", "/sandbox/clock", {"advance_seconds": 900}))[1]["offset_seconds"] == 900
            for wrong in (-1, "1", True, None):
                assert (await call(http, "POST", "/sandbox/clock", {"advance_seconds": wrong}))[0] == 400

    asyncio.run(scenario())


def test_events_come_live_and_the_traffic_can_be_read_from_any_point(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http), http.get("/sandbox/events?as=1") as stream:
            assert stream.content_type == "text/event-stream"
            assert await stream.content.readline() == b": connected\n"
            async with http.get(f"{sandbox.wan_url}/v1/tasks/x") as answer:
                assert answer.status == 401
            await stream.content.readline()
            event = json.loads((await stream.content.readline()).removeprefix(b"data: "))
            assert (event["kind"], event["exchange"], event["path"]) == ("wire", "request", "/v1/tasks/x")
            _, wire = await call(http, "GET", "/sandbox/wire?since=1")
            assert (wire["next"], [x["status"] for x in wire["exchanges"]]) == (2, [401])
            assert (await call(http, "GET", "/sandbox/wire?since=x"))[0] == 400

    asyncio.run(scenario())


def test_the_bots_process_is_started_once_stopped_and_killed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (_, http):
            assert (await call(http, "GET", "/sandbox/bot"))[1]["running"] is False
            _, first = await call(http, "POST", "/sandbox/bot/start?wait=0")
            _, second = await call(http, "POST", "/sandbox/bot/start?wait=0")
            assert (first["running"], first["ready"], second["pid"]) == (True, False, first["pid"])
            _, killed = await call(http, "POST", "/sandbox/bot/kill")
            assert (killed["running"], killed["pid"], killed["returncode"]) == (False, None, -signal.SIGKILL)
            await call(http, "POST", "/sandbox/bot/start?wait=0")
            _, stopped = await call(http, "POST", "/sandbox/bot/stop")
            assert (stopped["running"], stopped["returncode"]) == (False, -signal.SIGTERM)

    asyncio.run(scenario())


def test_a_bot_that_ends_at_once_is_reported_with_its_log(tmp_path: Path) -> None:
    async def scenario() -> None:
        sandbox = Sandbox(tmp_path, bot_command=(sys.executable, "-c", "raise SystemExit('no settings')"))
        await sandbox.start()
        try:
            async with aiohttp.ClientSession(sandbox.url) as http:
                status, answer = await call(http, "POST", "/sandbox/bot/start")
                assert (status, list(answer)) == (409, ["error"])
                async with http.get("/sandbox/bot/log") as log:
                    assert "no settings" in await log.text()
        finally:
            await sandbox.close()

    asyncio.run(scenario())


def test_the_bot_gets_addresses_and_tokens_but_nothing_of_ours_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTFRAME_WAN_TOKEN", "the real one")
    monkeypatch.setenv("FIRSTFRAME_OTHER", "x")
    show = "import os, json; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('FIRSTFRAME')}))"

    async def scenario(provider: dict[str, str], path: str) -> dict[str, str]:
        command = (sys.executable, "-c", show)
        sandbox = Sandbox(tmp_path, bot_command=command, bot_environment={"FIRSTFRAME_LOG_LEVEL": "DEBUG", **provider})
        await sandbox.start()
        try:
            await sandbox.bot.start()
            await sandbox.bot.wait_ready()
            found: dict[str, str] = json.loads(sandbox.bot.last_lines(1))
            assert found["FIRSTFRAME_DISCORD_URL"] == sandbox.url
            assert found["FIRSTFRAME_WAN_URL"] == f"{sandbox.wan_url}{path}"
            assert found["FIRSTFRAME_WAN_FILES_URL"] == f"{sandbox.wan_url}/files"
        finally:
            await sandbox.close()
        return found

    asyncio.run(scenario({}, "/v1"))
    found = asyncio.run(scenario({"FIRSTFRAME_PROVIDER": "dashscope-beijing"}, "/api/v1"))
    assert set(found) == {
        *("FIRSTFRAME_DISCORD_TOKEN", "FIRSTFRAME_DISCORD_URL", "FIRSTFRAME_WAN_TOKEN", "FIRSTFRAME_WAN_URL"),
        *("FIRSTFRAME_WAN_FILES_URL", "FIRSTFRAME_DATA_DIR", "FIRSTFRAME_LOG_LEVEL", "FIRSTFRAME_PROVIDER"),
    }
    assert found["FIRSTFRAME_WAN_TOKEN"] != "the real one"


def test_the_bot_runs_where_no_env_file_of_the_operator_lies_and_finds_its_modules(tmp_path: Path) -> None:
    async def scenario() -> str:
        sandbox = Sandbox(tmp_path, bot_command=(sys.executable, "-c", "import os, bot; print(os.getcwd())"))
        await sandbox.start()
        try:
            await sandbox.bot.start()
            await sandbox.bot.wait_ready()
            return sandbox.bot.last_lines(1).strip()
        finally:
            await sandbox.close()

    assert asyncio.run(scenario()) == str(tmp_path.resolve())
    assert Path(BOT_COMMAND[1]) == PROJECT / "bot.py"


def test_a_proxy_of_the_machine_is_none_of_the_bots_unless_it_is_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    show = "import os, json; print(json.dumps([name for name in os.environ if 'PROXY' in name.upper()]))"

    async def scenario(given: dict[str, str]) -> object:
        sandbox = Sandbox(tmp_path, bot_command=(sys.executable, "-c", show), bot_environment=given)
        await sandbox.start()
        try:
            await sandbox.bot.start()
            await sandbox.bot.wait_ready()
            return json.loads(sandbox.bot.last_lines(1))
        finally:
            await sandbox.close()

    assert asyncio.run(scenario({})) == []
    assert asyncio.run(scenario({"ALL_PROXY": "http://127.0.0.1:9"})) == ["ALL_PROXY"]


def test_the_smoke_test_says_in_a_sentence_why_the_bot_did_not_start(tmp_path: Path) -> None:
    with pytest.raises(SmokeError, match="it says: the token is missing"):
        asyncio.run(smoke.run(tmp_path, (sys.executable, "-c", "raise SystemExit('the token is missing')")))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="what is left running is found there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_smoke_test_and_its_bot(tmp_path: Path, number: signal.Signals) -> None:
    with begun("sandbox.smoke", tmp_path, "bot.log") as smoking:
        smoking.send_signal(number)
        assert smoking.wait(PATIENCE_SECONDS) == 1
        assert left_over(tmp_path) == []


def test_a_port_in_use_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path / "first") as (sandbox, _):
            port = sandbox.url.rpartition(":")[2]
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "sandbox", "--no-bot", "--port", port, "--data", str(tmp_path / "second")),
                cwd=PROJECT,
                stderr=asyncio.subprocess.PIPE,
            )
            _, said = await process.communicate()
            assert process.returncode == 1
            assert f"port {port} cannot be used" in said.decode()
            assert len(said.splitlines()) == 1

    asyncio.run(scenario())


def test_the_command_line_says_where_it_is_and_ends_on_a_signal(tmp_path: Path) -> None:
    async def scenario() -> None:
        ready = tmp_path / "ready.json"
        options = ("--no-bot", "--port", "0", "--wan-port", "0", "--data", str(tmp_path), "--ready-file", str(ready))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox", *options), cwd=PROJECT, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        lines = [(await process.stdout.readline()).decode().split() for _ in range(2)]
        facts = json.loads(await asyncio.to_thread(ready.read_text))
        assert lines == [["page", f"{facts['page']}/"], ["ready"]]
        assert facts["pid"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0

    asyncio.run(scenario())
