"""Forgets the tokens of interactions as soon as they are dead: they are good for as long as they live, and secret."""

from engine.clock import Clock
from engine.life import Life
from engine.worker import Worker
from storage import JobState, JobStore


class Tokens(Worker):
    """Looks when the next token dies, and once at the start."""

    name = "tokens"

    def __init__(self, store: JobStore, life: Life, clock: Clock) -> None:
        super().__init__(clock)
        self._store = store
        self._life = life

    async def step(self) -> float | None:
        """Forget the dead ones."""
        now = self.clock.now()
        await self._store.forget_tokens(now)
        self._life.forget_tokens(now)
        left = [(job.token_until - now).total_seconds() for job in self._life.each(*JobState) if job.token_until]
        return max(min(left), 1.0) if left else None
