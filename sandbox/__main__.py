"""The sandbox's command line: `python -m sandbox`."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shlex
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from sandbox.app import BOT_COMMAND, Sandbox

DEFAULT_PORT, DEFAULT_WAN_PORT = 8600, 8601
LOG_LINES = 20


def main() -> int:
    options = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firstframe-")))
        data.mkdir(parents=True, exist_ok=True)
        try:
            asyncio.run(_run(options, data.resolve()))
        except OSError as error:
            sys.stderr.write(f"The sandbox could not start: {error.strerror or error}.\n")
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox", description="A Discord and a Wan service on loopback, with the bot."
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the page and Discord; 0: any free one")
    parser.add_argument("--wan-port", type=int, default=DEFAULT_WAN_PORT, help="of the Wan service; 0: any free one")
    parser.add_argument("--data", type=Path, help="folder for the bot's data and log (default: a fresh temporary one)")
    parser.add_argument("--no-bot", action="store_true", help="leave the bot to be started by hand or from the page")
    parser.add_argument("--bot", type=shlex.split, default=BOT_COMMAND, help="the bot's command, if it is another one")
    parser.add_argument("--bot-env", type=_pair, action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--ready-file", type=Path, help="gets the addresses as JSON once everything is up")
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


async def _run(options: argparse.Namespace, data: Path) -> None:
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):  # the last: its terminal was closed
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    sandbox = Sandbox(
        data,
        port=options.port,
        wan_port=options.wan_port,
        bot_environment=dict(options.bot_env),
        bot_command=options.bot,
    )
    try:
        await sandbox.start()
        _say(f"page  {sandbox.url}/")
        starting = asyncio.create_task(_start_bot(sandbox, options), name="start the bot")
        stopping = asyncio.create_task(over.wait(), name="stop")
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():
            starting.cancel()
        else:
            await starting
        await stopping
    finally:
        await sandbox.close()


async def _start_bot(sandbox: Sandbox, options: argparse.Namespace) -> None:
    ready = True
    if not options.no_bot:
        await sandbox.bot.start()
        ready = await sandbox.bot.wait_ready()
    if options.ready_file is not None:
        _write_ready_file(options.ready_file, sandbox)
    if ready:
        _say("ready")
    else:
        sys.stderr.write(f"The bot did not become ready. The end of its log:\n{sandbox.bot.last_lines(LOG_LINES)}")


def _write_ready_file(path: Path, sandbox: Sandbox) -> None:
    facts = {"page": sandbox.url, "wan": sandbox.wan_url, "pid": os.getpid()}
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(facts), "utf-8")
    part.replace(path)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
