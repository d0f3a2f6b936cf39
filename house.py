"""Puts the rooms together: from the settings to a bot that is furnished and an engine that can run."""

from pathlib import Path

import discord

from client import REGIONS, SINANCODE_FILES_URL, SINANCODE_URL, DashScope, Provider, SinanCode
from cogs.app import FirstframeBot
from cogs.noticeboard import DiscordNoticeboard
from cogs.operator import DiscordOperator
from cogs.rooms import Rooms
from cogs.showcase import DiscordShowcase
from cogs.stage import NO_ANSWER, DiscordStage
from engine import (
    Archive,
    Bell,
    Books,
    Credits,
    Defaults,
    Discipline,
    Engine,
    Gallery,
    Herald,
    Janitor,
    Limits,
    Menu,
    NotOffered,
    Prices,
    Privacy,
    Reels,
    Sequels,
    Servers,
    Voting,
    Wish,
)
from engine.clock import SystemClock
from settings import Settings
from storage import (
    AuditStore,
    BadCopy,
    BlockStore,
    ChannelStore,
    Database,
    FolderInUse,
    FolderLock,
    JobStore,
    Ledger,
    LimitStore,
    Meta,
    NewerDatabase,
    PhraseStore,
    PrivacyStore,
    ReportStore,
    Restored,
    ServerStore,
    Standings,
    UnusableDatabase,
    copy_database,
    restore_database,
)

_OUT_OF_REACH = (discord.HTTPException, discord.RateLimited, AttributeError, *NO_ANSWER)


class StartError(Exception):
    """The bot cannot start; the text is one sentence for the operator."""


async def furnish(bot: FirstframeBot, settings: Settings, database: Database, provider: Provider, menu: Menu) -> Engine:
    """Build the engine and what stands around it, and give the bot its commands; raises StartError."""
    rooms = _rooms(bot, settings, database, provider, menu)
    try:
        await bot.furnish(rooms)
    except _OUT_OF_REACH as error:
        raise StartError(f"Discord did not take the commands ({type(error).__name__}): try again later.") from error
    return rooms.engine


def _rooms(bot: FirstframeBot, settings: Settings, database: Database, provider: Provider, menu: Menu) -> Rooms:
    clock, meta, operator = SystemClock(), Meta(database), DiscordOperator(bot)
    prices = Prices(settings.credits_per_second)
    per_day, outside = settings.credits_per_day, settings.credits_per_day_outside
    standings = Standings(database, per_day, outside)
    ledger = Ledger(database, standings)
    jobs = JobStore(database, ledger, standings)
    servers, channels = ServerStore(database), ChannelStore(database)
    own_data = PrivacyStore(database, per_day, outside)
    herald = Herald(servers, meta, DiscordNoticeboard(bot, prices), operator, prices, clock)
    stage, clips = DiscordStage(bot), settings.data_dir / "clips"
    reels = Reels(provider, stage, clock, clips=clips)
    discipline = Discipline(BlockStore(database), PhraseStore(database), clock, herald.wake)
    engine = Engine(
        jobs,
        provider,
        settings.provider,
        stage,
        Bell(operator, meta, clock),
        clock,
        menu=menu,
        prices=prices,
        channels=channels,
        discipline=discipline,
        herald=herald,
        janitor=Janitor(own_data, clock, keep_days=settings.keep_frames_days),
        limits=_limits(settings),
        clips=clips,
    )
    return Rooms(
        engine=engine,
        menu=menu,
        prices=prices,
        credits=Credits(standings, ledger, LimitStore(database), clock, herald.wake),
        servers=Servers(servers, channels, clock, herald.wake),
        discipline=discipline,
        books=Books(AuditStore(database), ReportStore(database), servers, clock),
        privacy=Privacy(own_data, jobs, clock, engine.forget),
        sequels=Sequels(jobs, channels, menu, prices, reels),
        archive=Archive(jobs, menu, clock),
        voting=Voting(jobs, clock),
        gallery=Gallery(jobs, servers, channels, DiscordShowcase(bot), clock),
        meta=meta,
        discord_url=settings.discord_url,
    )


def menu_of(settings: Settings, provider: Provider) -> Menu:
    """What the service offers, and the settings' defaults; raises StartError where it does not take these."""
    menu = Menu(provider.models, _defaults(settings))
    if settings.default_model and settings.default_model not in {model.name for model in menu.models}:
        raise StartError(f"FIRSTFRAME_DEFAULT_MODEL is wrong: choose {', '.join(model.name for model in menu.models)}.")
    _check_defaults(menu, settings)
    return menu


def locked(settings: Settings) -> FolderLock:
    """Take the data folder for this process alone; raises StartError."""
    lock = FolderLock(settings.data_dir)
    try:
        lock.take()
    except FolderInUse:
        raise StartError(f"Another bot is running over {settings.data_dir}: stop it first.") from None
    except OSError as error:
        raise StartError(f"FIRSTFRAME_DATA_DIR cannot be used: {error.strerror}: {settings.data_dir}.") from None
    return lock


async def open_database(settings: Settings) -> Database:
    """Open the one file; raises StartError."""
    try:
        return await Database.open(settings.database)
    except NewerDatabase as error:
        raise StartError(str(error)) from None
    except (OSError, UnusableDatabase) as error:
        raise StartError(f"The database {settings.database} cannot be used: {error}.") from None


def copied(database: Path, to: Path) -> None:
    """Copy the database into a new file; raises StartError."""
    try:
        copy_database(database, to)
    except (BadCopy, NewerDatabase) as error:
        raise StartError(f"The database {database} cannot be copied: {_told(error)}.") from None
    except OSError as error:
        raise StartError(f"The database cannot be copied: {_told(error)}.") from None


async def put_back(copy: Path, database: Path, keep_as: Path) -> Restored:
    """Put a copy in the place of the database, which nobody may be using; raises StartError."""
    try:
        return await restore_database(copy, database, keep_as)
    except (BadCopy, NewerDatabase, UnusableDatabase) as error:
        raise StartError(f"{copy} cannot be restored: {_told(error)}.") from None
    except OSError as error:
        raise StartError(f"Nothing can be restored: {_told(error)}.") from None


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    return str(error).rstrip(".")


async def log_in(bot: FirstframeBot, settings: Settings) -> None:
    """Log the bot in; raises StartError."""
    try:
        await bot.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure:
        raise StartError("Discord does not accept FIRSTFRAME_DISCORD_TOKEN: copy the bot's token again.") from None
    except _OUT_OF_REACH as error:
        raise StartError(f"Discord cannot be reached ({type(error).__name__}): check the network.") from None


def provider_of(settings: Settings) -> Provider:
    """The video service of the settings; raises StartError."""
    token = settings.wan_token.get_secret_value()
    try:
        if settings.provider == "sinancode":
            files_url = settings.wan_files_url or SINANCODE_FILES_URL
            return SinanCode(settings.wan_url or SINANCODE_URL, token, files_url=files_url)
        region = settings.provider.removeprefix("dashscope-")
        return DashScope(settings.wan_url or REGIONS[region], token)
    except ValueError as error:
        raise StartError(f"The video service cannot be asked: {error}.") from None


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
