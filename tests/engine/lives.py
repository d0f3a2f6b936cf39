"""Several lives of the bot over one folder, with a backup and a restore between them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage import copy_database, restore_database
from tests.engine.edges import HeldClock, House, ScriptedProvider, house
from tests.engine.places import MemoryStage

NAME = "firstframe.db"


@dataclass
class Life:
    """Lives of the bot over one folder, with services that outlast them."""

    folder: Path
    provider: ScriptedProvider
    stage: MemoryStage = field(default_factory=MemoryStage)
    clock: HeldClock = field(default_factory=HeldClock)

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[House]:
        async with house(self.folder, self.provider, self.stage, self.clock) as at:
            yield at

    def back_up(self) -> None:
        copy_database(self.folder / NAME, self.folder / "copy.db")

    async def restore(self) -> int:
        kept = self.folder / "backups" / "kept.db"
        return (await restore_database(self.folder / "copy.db", self.folder / NAME, kept)).in_doubt
