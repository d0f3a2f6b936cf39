"""The command line: `run` the bot, try it in the `sandbox`, ask the `doctor`, `backup` and `restore` its database."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

if __name__ == "__main__":
    gc.disable()  # almost nothing that imports make is garbage: a tenth of a start would go into looking for some

import logs
from client import ProviderError
from cogs.address import point_at
from cogs.app import FirstframeBot
from engine import Engine, Stranded
from house import StartError, copied, furnish, locked, log_in, menu_of, open_database, provider_of, put_back
from settings import Settings, SettingsError, load
from storage import FolderInUse

log = logging.getLogger("firstframe")


async def run(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT; raises StartError, or what killed a worker."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        # Logging in may wait for a network that is down: a signal has to end that as well.
        starting = asyncio.create_task(_start(settings, stack), name="start")
        signalled = asyncio.create_task(stop.wait(), name="signal")
        await asyncio.wait({starting, signalled}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            bot, engine = starting.result()
            # What is there by now stays: the collector would go through all of it every so often, for 40 ms at a time.
            gc.freeze()
            await _until_stopped(bot, engine, signalled, settings.stop_grace_seconds)
        else:
            log.info("stopped before it was ready")
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)


async def doctor(settings: Settings) -> bool:
    """Try each part that the settings name, and print one line for each; whether all are well."""
    checks = {
        "database": _check_database(settings),
        "Discord": _check_discord(settings),
        "Wan": _check_provider(settings),
    }
    well = True
    for name, check in checks.items():
        try:
            print(f"{name}: {await check}")  # noqa: T201 - a line for each is what the doctor is for
        except (StartError, ProviderError) as error:
            well = False
            print(f"{name}: {error}")  # noqa: T201
    return well


def backup(settings: Settings, file: Path | None, now: datetime) -> None:
    """Copy the database, while a bot runs over it or not, and say where the copy is; raises StartError."""
    copy = file or settings.backups / f"firstframe-{_stamp(now)}.db"
    copied(settings.database, copy)
    print(f"The database is copied to {copy}.")  # noqa: T201 - the answer to the command


async def restore(settings: Settings, file: Path, now: datetime) -> None:
    """Put a copy in the database's place and say what is kept of the one before; raises StartError."""
    lock = locked(settings)
    try:
        restored = await put_back(file, settings.database, settings.backups / f"before-restore-{_stamp(now)}.db")
    finally:
        lock.release()
    before = f"the one before is kept as {restored.kept}" if restored.kept else "there was none before"
    print(  # noqa: T201
        f"The database is that of {file} now, and {before}; "
        f"open jobs in it, to be looked for at the next start: {restored.in_doubt}."
    )


def _stamp(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}"


async def _start(settings: Settings, stack: AsyncExitStack) -> tuple[FirstframeBot, Engine]:
    """Open everything, in an order in which the stack can close it again, and take up what was left."""
    lock = locked(settings)
    stack.callback(lock.release)
    database = await open_database(settings)
    stack.push_async_callback(database.close)
    provider = provider_of(settings)
    stack.push_async_callback(provider.aclose)
    menu = menu_of(settings, provider)
    point_at(settings.discord_url)
    bot = await stack.enter_async_context(FirstframeBot())
    await log_in(bot, settings)
    engine = await furnish(bot, settings, database, provider, menu)
    try:
        await engine.resume()
    except Stranded as error:
        raise StartError(
            f"FIRSTFRAME_PROVIDER cannot be changed yet: {error}; set it back until they are done."
        ) from None
    return bot, engine


async def _until_stopped(
    bot: FirstframeBot, engine: Engine, signalled: "asyncio.Task[bool]", grace_seconds: float
) -> None:
    gateway = asyncio.create_task(bot.connect(), name="gateway")
    work = asyncio.create_task(engine.run(), name="engine")
    ended, _ = await asyncio.wait({gateway, work, signalled}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping: what is under way is finished first")
    await engine.stop(grace_seconds)
    # The gateway's reader has to end before the bot closes it, or the session stays open for a resume.
    gateway.cancel()
    work.cancel()  # it has ended, unless a disk is full: then its rows say where it was
    await asyncio.gather(gateway, work, return_exceptions=True)
    await bot.close()
    for task in ended:
        task.result()  # raises what killed it


async def _check_database(settings: Settings) -> str:
    try:
        lock = locked(settings)
    except StartError as error:
        if isinstance(error.__context__, FolderInUse):
            return "in use by a running bot, not looked into"
        raise
    try:
        await (await open_database(settings)).close()
    finally:
        lock.release()
    return f"well, {settings.database}"


async def _check_discord(settings: Settings) -> str:
    point_at(settings.discord_url)
    async with FirstframeBot() as bot:
        await log_in(bot, settings)
        return f"well, logged in as {bot.user}"


async def _check_provider(settings: Settings) -> str:
    provider = provider_of(settings)
    try:
        menu_of(settings, provider)
        await provider.check()
    finally:
        await provider.aclose()
    return "well, the key is accepted"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = _parser()
    parsed, rest = parser.parse_known_args(arguments)
    if parsed.command == "sandbox":
        # In place of this process: the bot knows the sandbox over the network only.
        os.execv(sys.executable, [sys.executable, "-m", "sandbox", *rest])  # noqa: S606 - no shell is wanted
    if rest:
        parser.error(f"unknown argument {rest[0]}")
    try:
        settings = load()
        logs.set_up(
            settings.log_level, [settings.discord_token.get_secret_value(), settings.wan_token.get_secret_value()]
        )
        return _answered(parsed, settings)
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - before there is a log worth reading
        return 1
    except Exception:  # told by the log, which keeps secrets out of tracebacks
        log.exception("the bot has died")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="firstframe", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    commands.add_parser("run", help="run the bot until it is stopped")
    commands.add_parser("sandbox", help="run it in a Discord and a Wan service of its own", add_help=False)
    commands.add_parser("doctor", help="try each part that the settings name")
    saving = commands.add_parser("backup", help="copy the database, also while the bot runs")
    saving.add_argument("file", type=Path, nargs="?", help="default: a name with the date, in the data folder")
    putting_back = commands.add_parser("restore", help="put a copy in the place of the database")
    putting_back.add_argument("file", type=Path, help="what backup has made")
    return parser


def _answered(parsed: argparse.Namespace, settings: Settings) -> int:
    match parsed.command:
        case "doctor":
            return 0 if asyncio.run(doctor(settings)) else 1
        case "backup":
            backup(settings, parsed.file, datetime.now(UTC))
        case "restore":
            asyncio.run(restore(settings, parsed.file, datetime.now(UTC)))
        case _:
            asyncio.run(run(settings))
    return 0


if __name__ == "__main__":
    gc.freeze()  # nor would looking through it later find any
    gc.enable()  # the start may wait for a network for hours
    sys.exit(main())
