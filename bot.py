"""The composition root and the command line: `run` the bot, try it in the `sandbox`, ask the `doctor`."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

import discord

import logs
from client import ProviderError, SinanCode
from cogs.address import point_at
from cogs.animate import Defaults
from cogs.app import FirstframeBot
from cogs.stage import DiscordStage
from engine import Credits, Engine, Limits, Prices
from engine.clock import SystemClock
from settings import Settings, SettingsError, load
from storage import Database, JobStore, Ledger, Meta, NewerDatabase

log = logging.getLogger("firstframe")


class StartError(Exception):
    """The bot cannot start; the text is one sentence for the operator."""


async def run(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT; raises StartError, or what killed a worker."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        database = await _open_database(settings)
        stack.push_async_callback(database.close)
        provider = _provider(settings)
        stack.push_async_callback(provider.aclose)
        bot = await stack.enter_async_context(FirstframeBot())
        await _log_in(bot, settings)
        engine = await _furnish(bot, settings, database, provider)
        await _until_stopped(bot, engine, stop, settings.stop_grace_seconds)


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


async def _furnish(bot: FirstframeBot, settings: Settings, database: Database, provider: SinanCode) -> Engine:
    clock = SystemClock()
    ledger = Ledger(database, settings.credits_per_day)
    prices = Prices(settings.credits_per_second)
    engine = Engine(
        JobStore(database, ledger),
        provider,
        DiscordStage(bot),
        clock,
        prices=prices,
        limits=_limits(settings),
        clips=settings.data_dir / "clips",
    )
    await bot.furnish(engine, Credits(ledger, clock), prices, _defaults(settings), Meta(database))
    return engine


async def _until_stopped(bot: FirstframeBot, engine: Engine, stop: asyncio.Event, grace_seconds: float) -> None:
    tasks = {
        asyncio.create_task(bot.connect(), name="gateway"),
        asyncio.create_task(engine.run(), name="engine"),
        asyncio.create_task(stop.wait(), name="signal"),
    }
    ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping: what is under way is finished first")
    await engine.stop(grace_seconds)
    await bot.close()
    for task in tasks - ended:
        task.cancel()
    await asyncio.gather(*tasks - ended, return_exceptions=True)
    for task in ended:
        task.result()  # raises what killed it


async def _open_database(settings: Settings) -> Database:
    try:
        return await Database.open(settings.database)
    except NewerDatabase as error:
        raise StartError(str(error)) from None
    except OSError as error:
        raise StartError(f"FIRSTFRAME_DATA_DIR cannot be used: {error.strerror}: {settings.data_dir}") from None


async def _log_in(bot: FirstframeBot, settings: Settings) -> None:
    point_at(settings.discord_url)
    try:
        await bot.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure:
        raise StartError("Discord does not accept FIRSTFRAME_DISCORD_TOKEN: copy the bot's token again.") from None
    except (discord.HTTPException, OSError) as error:
        raise StartError(f"Discord cannot be reached ({type(error).__name__}): check the network.") from None


async def _check_database(settings: Settings) -> str:
    await (await _open_database(settings)).close()
    return f"well, {settings.database}"


async def _check_discord(settings: Settings) -> str:
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


def _provider(settings: Settings) -> SinanCode:
    try:
        return SinanCode(settings.wan_url, settings.wan_token.get_secret_value())
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
        duration=settings.default_duration,
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
