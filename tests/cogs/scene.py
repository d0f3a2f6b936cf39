"""The whole bot in the test's own process, on a loopback Discord: real commands, real books, no clip service asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from cogs.address import DISCORD, point_at
from cogs.app import FirstframeBot
from cogs.noticeboard import DiscordNoticeboard
from cogs.operator import DiscordOperator
from cogs.rooms import Rooms
from cogs.showcase import DiscordShowcase
from cogs.stage import DiscordStage
from cogs.words import clips
from engine import (
    Archive,
    Bell,
    Credits,
    Defaults,
    Discipline,
    Engine,
    Gallery,
    Herald,
    Janitor,
    Job,
    JobState,
    Limits,
    Menu,
    Meta,
    Prices,
    Privacy,
    Reels,
    Route,
    Sequels,
    Servers,
    Voting,
)
from engine import Books as Records
from engine.clock import SystemClock
from sandbox.discord.world import CLIPS, GUILD, MEMBER, USER_MODERATOR
from storage import AuditStore, BlockStore, ChannelStore, PhraseStore, PrivacyStore, ReportStore
from tests.engine.edges import ScriptedProvider, film
from tests.sandbox import definitions
from tests.sandbox.discord_place import TOKEN, Place, place
from tests.storage.books import Books, books, new_job, takes

PATIENCE_SECONDS = 20
PRICES = Prices({"480P": 1, "720P": 2, "1080P": 3})

Message = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """The bot at work, and somebody who uses it."""

    here: Place
    bot: FirstframeBot
    rooms: Rooms
    books: Books
    stage: DiscordStage
    provider: ScriptedProvider
    board: DiscordNoticeboard
    clip: Path

    async def say(self, command: str, who: str = USER_MODERATOR, where: str = CLIPS, **options: Any) -> Message:
        """Run a command; the message that answers it."""
        return await self.answer(await self._run(command, who, where, options=options), who, where)

    async def on_message(self, command: str, message_id: str, who: str = USER_MODERATOR) -> Message:
        """Run a message command; the message that answers it."""
        return await self.answer(await self._run(command, who, CLIPS, target=message_id), who, CLIPS)

    async def form(self, command: str, message_id: str, who: str = USER_MODERATOR) -> str:
        """Run a message command that opens a form; the interaction to which it belongs."""
        opened = await self.here.settled(await self._run(command, who, CLIPS, target=message_id))
        assert opened["modal"], opened
        return str(opened["id"])

    async def press_for_form(self, message: Message, label: str, who: str = USER_MODERATOR) -> str:
        """Press a button that opens a form; the interaction to which it belongs."""
        state = await self.here.press(message, custom_id(message, label), who=who)
        assert state["modal"], state
        return str(state["id"])

    async def fields(self, interaction_id: str) -> dict[str, Message]:
        """The fields of an opened form by their labels; what is only said in it is under a blank one."""
        parts = (await self.here.get(f"interactions/{interaction_id}"))["modal"]["components"]
        return {part.get("label", ""): part.get("component", part) for part in parts}

    async def submit(
        self, interaction_id: str, values: dict[str, Any], who: str = USER_MODERATOR, where: str = CLIPS
    ) -> Message:
        """Fill in a form; the message that answers it."""
        body = {"as": who, "interaction_id": interaction_id, "values": values}
        return await self.answer(await self.here.post("modals", body), who, where)

    async def fill_in(
        self, interaction_id: str, said: dict[str, Any], who: str = USER_MODERATOR, where: str = CLIPS
    ) -> Message:
        """Fill in a form by the labels of its fields."""
        fields = await self.fields(interaction_id)
        values = {fields[label]["custom_id"]: value for label, value in said.items()}
        return await self.submit(interaction_id, values, who, where)

    async def press(self, message: Message, label: str, who: str = USER_MODERATOR) -> Message:
        """Press a button; the message that answers it, or this very one once it has changed."""
        channel = message["channel_id"]
        body = {"as": who, "channel": channel, "message": message["id"], "custom_id": custom_id(message, label)}
        opened = await self.here.post("components", body)
        assert "interaction_id" in opened, opened
        before = message["edited_timestamp"]

        async def changed() -> Message | None:
            for found in await self.here.messages(who, channel):
                if found["id"] == message["id"] and found["edited_timestamp"] != before:
                    return found
                if _answers(found, opened["interaction_id"]):
                    return found
            return None

        return await until(changed)

    async def choices(self, command: str, focused: str, who: str = USER_MODERATOR, **options: Any) -> list[str]:
        """What the bot suggests for an option that is being typed."""
        body = {"as": who, "channel": CLIPS, "command": command, "options": options, "focused": focused}
        return [choice["value"] for choice in (await self.here.post("autocomplete", body))["choices"]]

    async def posted(self, number: int = 1, member: str = MEMBER, *, at: datetime, **facts: Any) -> Job:
        """A job whose clip is posted in #clips, as the engine leaves it; `facts` are of its order."""
        (job,) = await self.ready(number, member, at=at, **facts)
        return (await self.post([job], at))[0]

    async def ready(
        self, number: int = 1, member: str = MEMBER, *, count: int = 1, at: datetime, **facts: Any
    ) -> list[Job]:
        """Jobs of one order, asked for in #clips, whose clips are about to be posted."""
        channel, guild = int(CLIPS), int(GUILD)
        new = [
            new_job(one, member_id=int(member), at=at, guild_id=guild, channel_id=channel)
            for one in range(number, number + count)
        ]
        orders = [replace(one, **facts) for one in (new if count == 1 else takes(new))]
        return [await self._carried(job, at) for job in await self.books.jobs.accept_batch(orders)]

    async def post(self, jobs: list[Job], at: datetime, route: Route = Route.CHANNEL) -> list[Job]:
        """Post the clips of one order as the engine does."""
        files = [self.clip for _ in jobs]
        intended = [replace(job, route=route) for job in jobs]
        there = await self.stage.post_clips(intended, files, route, why=None)
        where = {"clip_message_id": there.message_id, "clip_channel_id": there.channel_id, "route": route}
        done = [await self.books.jobs.advance(job.id, JobState.POSTING, JobState.DONE, at, **where) for job in jobs]
        return [job for job in done if job]

    async def _carried(self, job: Job, at: datetime) -> Job:
        order = (JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING, JobState.READY, JobState.POSTING)
        for state, following in pairwise(order):
            moved = await self.books.jobs.advance(job.id, state, following, at)
            assert moved
            job = moved
        return job

    async def _run(self, command: str, who: str, channel: str, **what: Any) -> Any:
        opened = await self.here.post("commands", {"as": who, "channel": channel, "command": command, **what})
        assert "interaction_id" in opened, opened
        return opened

    async def answer(self, opened: Any, who: str, channel: str) -> Message:
        """The message that answers an interaction that was opened."""
        assert "interaction_id" in opened, opened

        async def answered() -> Message | None:
            found = await self.here.messages(who, channel)
            return next((message for message in found if _answers(message, opened["interaction_id"])), None)

        return await until(answered)


@asynccontextmanager
async def scene(folder: Path, *, outside: int = 30) -> AsyncIterator[Scene]:
    """Open everything as a start does; what the bot sent is held against Discord's definitions at the end.

    `outside` are the credits a day where the bot is in no server.
    """
    async with place() as here, books(folder, 1000, outside) as kept:
        point_at(here.url)
        try:
            async with FirstframeBot() as bot:
                await bot.login(TOKEN)
                provider = ScriptedProvider()
                rooms, stage = rooms_for(bot, kept, folder, here.url, provider)
                await bot.furnish(rooms)
                await rooms.engine.resume()
                gateway = asyncio.create_task(bot.connect())
                work = asyncio.create_task(rooms.engine.run())
                await until(lambda: _is_there(bot))
                clip = folder / "clip.mp4"
                clip.write_bytes(film(folder / "film.mp4"))
                provider.clip = clip.read_bytes()
                try:
                    yield Scene(here, bot, rooms, kept, stage, provider, DiscordNoticeboard(bot, PRICES), clip)
                finally:
                    await rooms.engine.stop(1)
                    # The gateway's reader ends before the bot closes it, as when the bot is stopped.
                    for task in (gateway, work):
                        task.cancel()
                    await asyncio.gather(gateway, work, return_exceptions=True)
            complaints = definitions.complaints(here.wire.jsonl())
            assert not complaints, "\n".join(complaints[:20])
        finally:
            point_at(DISCORD)


def rooms_for(
    bot: FirstframeBot, kept: Books, folder: Path, url: str, provider: ScriptedProvider
) -> tuple[Rooms, DiscordStage]:
    """What the bot is furnished with over these books."""
    database, clock = kept.database, SystemClock()
    meta, channels, menu = Meta(database), ChannelStore(database), Menu(provider.models, Defaults())
    operator, stage = DiscordOperator(bot), DiscordStage(bot)
    herald = Herald(kept.servers, meta, DiscordNoticeboard(bot, PRICES), operator, PRICES, clock)
    discipline = Discipline(BlockStore(database), PhraseStore(database), clock, herald.wake)
    own_data = PrivacyStore(database, 1000)
    engine = Engine(
        kept.jobs,
        provider,
        provider.name,
        stage,
        Bell(operator, meta, clock),
        clock,
        menu=menu,
        prices=PRICES,
        channels=channels,
        discipline=discipline,
        herald=herald,
        janitor=Janitor(own_data, clock, keep_days=30),
        limits=Limits(),
        clips=folder / "clips",
    )
    reels = Reels(provider, stage, clock, clips=folder / "clips")
    rooms = Rooms(
        engine=engine,
        menu=menu,
        prices=PRICES,
        credits=Credits(kept.standings, kept.ledger, kept.limits, clock, herald.wake),
        servers=Servers(kept.servers, channels, clock, herald.wake),
        discipline=discipline,
        books=Records(AuditStore(database), ReportStore(database), kept.servers, clock),
        privacy=Privacy(own_data, kept.jobs, clock, engine.forget),
        sequels=Sequels(kept.jobs, channels, menu, PRICES, reels),
        archive=Archive(kept.jobs, menu, clock),
        voting=Voting(kept.jobs, clock),
        gallery=Gallery(kept.jobs, kept.servers, channels, DiscordShowcase(bot), clock),
        meta=meta,
        discord_url=url,
    )
    return rooms, stage


async def until(look: Callable[[], Awaitable[T | None]]) -> T:
    """What `look` finds, as soon as it finds something; sockets lie between, so time cannot be passed in."""
    for _ in range(PATIENCE_SECONDS * 50):
        if found := await look():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come")


async def _is_there(bot: FirstframeBot) -> bool:
    return bot.get_guild(int(GUILD)) is not None


def _answers(message: Message, interaction_id: str) -> bool:
    """Whether a message answers this interaction, and no longer says that the bot is thinking or looking."""
    caused = (message.get("interaction_metadata") or {}).get("id")
    said = message["content"] if message["content"] != clips.LOOKING else ""
    return bool(caused == interaction_id and (said or message["attachments"]))


def buttons(message: Message) -> dict[str, Message]:
    """A message's buttons by their labels."""
    return {button["label"]: button for row in message["components"] for button in row["components"]}


def custom_id(message: Message, label: str) -> str:
    return str(buttons(message)[label]["custom_id"])
