"""The composition root and the command line: `run` the bot, try it in the `sandbox`, ask the `doctor`."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

import aiohttp
import discord

import logs
from client import (
    REGIONS,
    SINANCODE_FILES_URL,
    SINANCODE_URL,
    DashScope,
    Provider,
    ProviderError,
    SinanCode,
)
from cogs.address import point_at
from cogs.app import FirstframeBot
from cogs.operator import DiscordOperator
from cogs.stage import DiscordStage
from engine import Bell, Credits, Defaults, Engine, Limits, Menu, NotOffered, Prices, Stranded, Wish
from engine.clock import SystemClock
from settings import Settings, SettingsError, load
from storage import Database, FolderInUse, FolderLock, JobStore, Ledger, Meta, NewerDatabase, UnusableDatabase

log = logging.getLogger("firstframe")


class StartError(Exception):
    """The bot cannot start; the text is one sentence for the operator."""


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


async def _start(settings: Settings, stack: AsyncExitStack) -> tuple[FirstframeBot, Engine]:
    """Open everything, in an order in which the stack can close it again, and take up what was left."""
    lock = _locked(settings)
    stack.callback(lock.release)
    database = await _open_database(settings)
    stack.push_async_callback(database.close)
    provider = _provider(settings)
    stack.push_async_callback(provider.aclose)
    point_at(settings.discord_url)
    bot = await stack.enter_async_context(FirstframeBot())
    await _log_in(bot, settings)
    engine = await _furnish(bot, settings, database, provider)
    try:
        await engine.resume()
    except Stranded as error:
        raise StartError(
            f"FIRSTFRAME_PROVIDER cannot be changed yet: {error}; set it back until they are done."
        ) from None
    return bot, engine


async def _furnish(bot: FirstframeBot, settings: Settings, database: Database, provider: Provider) -> Engine:
    clock, meta = SystemClock(), Meta(database)
    ledger = Ledger(database, settings.credits_per_day)
    menu = Menu(provider.models, _defaults(settings))
    if settings.default_model and settings.default_model not in {model.name for model in menu.models}:
        raise StartError(f"FIRSTFRAME_DEFAULT_MODEL is wrong: choose {', '.join(model.name for model in menu.models)}.")
    _check_defaults(menu, settings)
    prices = Prices(settings.credits_per_second)
    engine = Engine(
        JobStore(database, ledger),
        provider,
        settings.provider,
        DiscordStage(bot),
        Bell(DiscordOperator(bot), meta, clock),
        clock,
        menu=menu,
        prices=prices,
        limits=_limits(settings),
        clips=settings.data_dir / "clips",
    )
    try:
        await bot.furnish(engine, menu, Credits(ledger, clock), prices, meta, discord_url=settings.discord_url)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise StartError(f"Discord did not take the commands ({type(error).__name__}): try again later.") from error
    return engine


def _check_defaults(menu: Menu, settings: Settings) -> None:
    """Refuse defaults that the default model does not take: members would be told of options they never gave."""
    wish = Wish(
        duration_seconds=settings.default_duration,
        resolution=settings.default_resolution,
        audio=None if settings.default_audio else False,
        shots=None if settings.default_shots == "single" else settings.default_shots,
    )
    try:
        menu.settle(wish)
    except NotOffered as error:
        name = f"FIRSTFRAME_DEFAULT_{error.option.upper()}"
        raise StartError(f"{name} is wrong: {error.model} {error.offered}.") from None


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


def _locked(settings: Settings) -> FolderLock:
    lock = FolderLock(settings.data_dir)
    try:
        lock.take()
    except FolderInUse:
        raise StartError(f"Another bot is running over {settings.data_dir}: stop it first.") from None
    except OSError as error:
        raise StartError(f"FIRSTFRAME_DATA_DIR cannot be used: {error.strerror}: {settings.data_dir}.") from None
    return lock


async def _open_database(settings: Settings) -> Database:
    try:
        return await Database.open(settings.database)
    except NewerDatabase as error:
        raise StartError(str(error)) from None
    except (OSError, UnusableDatabase) as error:
        raise StartError(f"The database {settings.database} cannot be used: {error}.") from None


async def _log_in(bot: FirstframeBot, settings: Settings) -> None:
    try:
        await bot.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure:
        raise StartError("Discord does not accept FIRSTFRAME_DISCORD_TOKEN: copy the bot's token again.") from None
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise StartError(f"Discord cannot be reached ({type(error).__name__}): check the network.") from None


async def _check_database(settings: Settings) -> str:
    try:
        lock = _locked(settings)
    except StartError as error:
        if isinstance(error.__context__, FolderInUse):
            return "in use by a running bot, not looked into"
        raise
    try:
        await (await _open_database(settings)).close()
    finally:
        lock.release()
    return f"well, {settings.database}"


async def _check_discord(settings: Settings) -> str:
    point_at(settings.discord_url)
    async with FirstframeBot() as bot:
        await _log_in(bot, settings)
        return f"well, logged in as {bot.user}"


async def _check_provider(settings: Settings) -> str:
    provider = _provider(settings)
    try:
        await provider.check()
    finally:
        await provider.aclose()
    return "well, the key is accepted"


def _provider(settings: Settings) -> Provider:
    token = settings.wan_token.get_secret_value()
    try:
        if settings.provider == "sinancode":
            files_url = settings.wan_files_url or SINANCODE_FILES_URL
            return SinanCode(settings.wan_url or SINANCODE_URL, token, files_url=files_url)
        region = settings.provider.removeprefix("dashscope-")
        return DashScope(settings.wan_url or REGIONS[region], token)
    except ValueError as error:
        raise StartError(f"FIRSTFRAME_WAN_URL or FIRSTFRAME_WAN_TOKEN cannot be used: {error}.") from None


def _limits(settings: Settings) -> Limits:
    return Limits(
        running_tasks=settings.running_tasks,
        creates_per_second=settings.creates_per_second,
        queries_per_second=settings.queries_per_second,
        submit_patience_seconds=settings.submit_patience_minutes * 60,
        task_deadline_seconds=settings.task_deadline_minutes * 60,
        delivery_deadline_seconds=settings.delivery_deadline_minutes * 60,
    )


def _defaults(settings: Settings) -> Defaults:
    return Defaults(
        model=settings.default_model,
        duration_seconds=settings.default_duration,
        resolution=settings.default_resolution,
        audio=settings.default_audio,
        shots=settings.default_shots,
        rewrite=settings.default_rewrite,
        watermark=settings.default_watermark,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="firstframe", description=__doc__)
    parser.add_argument("command", choices=("run", "sandbox", "doctor"))
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
        if parsed.command == "doctor":
            return 0 if asyncio.run(doctor(settings)) else 1
        asyncio.run(run(settings))
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - before there is a log worth reading
        return 1
    except Exception:  # told by the log, which keeps secrets out of tracebacks
        log.exception("the bot has died")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
