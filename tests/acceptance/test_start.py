"""What the command line says: one plain sentence for everything that keeps the bot from starting."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.street import ROOT, Opened, Street

BOT = [sys.executable, str(ROOT / "bot.py")]
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens there
PATIENCE_SECONDS = 30


def environment(**settings: str) -> dict[str, str]:
    """The machine's environment with these settings of the bot and no others."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTFRAME_")}
    return clean | {f"FIRSTFRAME_{name}": value for name, value in settings.items()}


def secrets(**settings: str) -> dict[str, str]:
    """The same with made-up secrets, and addresses where nobody is unless others are given."""
    made_up = {"DISCORD_TOKEN": "a-made-up-token", "WAN_TOKEN": "a-made-up-key"}
    return environment(**{**made_up, "DISCORD_URL": NOWHERE, "WAN_URL": f"{NOWHERE}/v1", **settings})


def ended(command: str, folder: Path, given: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a command of the bot in this folder until it ends by itself."""
    return subprocess.run(
        [*BOT, command], cwd=folder, env=given, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )


def test_without_its_secrets_it_says_what_is_missing(tmp_path: Path) -> None:
    run = ended("run", tmp_path, environment())
    assert run.returncode == 1
    assert run.stderr.strip() == (
        "FIRSTFRAME_DISCORD_TOKEN is missing: set it in the environment or in .env (see .env.example)."
    )


def test_a_wrong_token_is_said_by_the_start_and_by_the_doctor(street: Street, tmp_path: Path) -> None:
    given = secrets(DISCORD_URL=str(street.http.base_url).rstrip("/"))
    run, doctor = ended("run", tmp_path, given), ended("doctor", tmp_path, given)
    sentence = "Discord does not accept FIRSTFRAME_DISCORD_TOKEN: copy the bot's token again."
    assert (run.returncode, doctor.returncode) == (1, 1)
    assert run.stderr.splitlines()[-1] == sentence
    assert f"Discord: {sentence}" in doctor.stdout
    assert "database: well" in doctor.stdout
    assert "Wan: ClientConnectorError" in doctor.stdout
    assert "a-made-up" not in run.stderr + run.stdout + doctor.stderr + doctor.stdout


def test_a_page_in_the_place_of_an_answer_is_discord_out_of_reach(street: Street, tmp_path: Path) -> None:
    street.fault("discord", "GET", "/users/@me$", times=None, status=200, text="<html>maintenance</html>")
    run = ended("run", tmp_path, secrets(DISCORD_URL=str(street.http.base_url).rstrip("/")))
    street.clear_faults()
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("Discord cannot be reached (")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "Discord cannot be reached (ClientConnectorError): check the network."),
        ({"WAN_TOKEN": "a key"}, "FIRSTFRAME_WAN_TOKEN is wrong"),
        ({"PROVIDER": "other"}, "FIRSTFRAME_PROVIDER is wrong"),
        ({"DISCORD_URL": "http://127.0.0.1:99999"}, "FIRSTFRAME_DISCORD_URL is wrong"),
        ({"DEFAULT_MODEL": "bogus"}, "FIRSTFRAME_DEFAULT_MODEL is wrong: choose wan2.6-i2v, "),
        ({"DATA_DIR": "/dev/null/data"}, "FIRSTFRAME_DATA_DIR cannot be used"),
    ],
    ids=["network", "key", "provider", "port", "model", "folder"],
)
def test_what_keeps_it_from_starting_is_one_sentence(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    run = ended("run", tmp_path, secrets(**settings))
    assert run.returncode == 1
    assert sentence in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DEFAULT_MODEL": "bogus"}, "FIRSTFRAME_DEFAULT_MODEL is wrong: choose wan2.6-i2v, "),
        ({"DEFAULT_DURATION": "99"}, "FIRSTFRAME_DEFAULT_DURATION is wrong: wan2.6-i2v "),
    ],
    ids=["model", "duration"],
)
def test_the_doctor_finds_a_default_that_the_service_does_not_take(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    doctor = ended("doctor", tmp_path, secrets(**settings))
    assert doctor.returncode == 1
    assert f"Wan: {sentence}" in doctor.stdout


@pytest.mark.parametrize(
    ("proxy", "sentence"),
    [
        ({"ALL_PROXY": "socks5://user:made-up@127.0.0.1:1080"}, "ALL_PROXY is wrong"),
        ({"NO_PROXY": "example.com:none"}, "NO_PROXY"),
    ],
    ids=["proxy", "none"],
)
def test_a_proxy_that_cannot_be_used_is_one_sentence(tmp_path: Path, proxy: dict[str, str], sentence: str) -> None:
    given = {name: value for name, value in secrets().items() if not name.lower().endswith("_proxy")}
    for command in ("run", "doctor"):
        done = ended(command, tmp_path, given | proxy)
        assert done.returncode == 1
        assert sentence in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert "made-up" not in done.stderr + done.stdout


def test_a_file_that_is_no_database_is_said_and_the_process_ends(tmp_path: Path) -> None:
    (tmp_path / "firstframe.db").write_bytes(b"no database at all" * 100)
    run = ended("run", tmp_path, secrets(DATA_DIR=str(tmp_path)))
    assert run.returncode == 1
    assert "firstframe.db cannot be used: file is not a database." in run.stderr.splitlines()[-1]


def test_a_second_bot_over_the_same_folder_says_so_and_ends(street: Street, opened: Opened, tmp_path: Path) -> None:
    assert street.get("/sandbox/bot")["running"]
    given = secrets(DATA_DIR=str(opened.data / "bot"))
    run, doctor = ended("run", tmp_path, given), ended("doctor", tmp_path, given)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("Another bot is running over ")
    assert "database: in use by a running bot" in doctor.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_also_while_it_logs_in(tmp_path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given = secrets(DISCORD_URL=f"http://127.0.0.1:{silent.getsockname()[1]}")
        process = subprocess.Popen([*BOT, "run"], cwd=tmp_path, env=given, stderr=subprocess.PIPE, text=True)
        silent.settimeout(PATIENCE_SECONDS)
        connection, _ = silent.accept()  # it has begun to log in, and will hear nothing
        with connection:
            started = time.monotonic()
            process.send_signal(number)
            _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "stopped before it was ready" in errors
    assert time.monotonic() - started < PATIENCE_SECONDS / 2


def test_the_sandbox_command_brings_everything_up_and_a_signal_takes_it_down(tmp_path: Path) -> None:
    arguments = ["sandbox", "--port", "0", "--wan-port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(
        [*BOT, *arguments], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("page  http://127.0.0.1:")
        assert process.stdout.readline().strip() == "ready"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
