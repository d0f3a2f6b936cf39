"""One sandbox with its bot, through as many lives as its plan has, to an end in which every job has ended."""

import logging
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx

from tests.chaos import weather
from tests.chaos.audit import Finding, audit
from tests.chaos.audit_gather import gather
from tests.chaos.audit_story import told
from tests.chaos.errands import all_errands
from tests.chaos.plan import Life, Plan
from tests.chaos.service import CREDITS_PER_DAY, Service
from tests.chaos.trap import Trap, Traps
from tests.chaos.yard import Yard

log = logging.getLogger(__name__)

LINGER_SECONDS = 6.0
"""How long a life goes on for a death that has not come, once the errand is done and while jobs are open."""

SECOND_DEATH, OUTAGE = 0.1, 0.1
"""Chances that a start is ended as well, and that the bot is down for longer than Discord keeps a nonce."""

MOST_PASSED = 25
OUTAGE_SECONDS = 600.0
RESTART_SECONDS, END_SECONDS = 60.0, 400.0


_STUCK = "SELECT id, state, task_id, route, waits_since, status_settled, json_extract(options, '$.prompt') FROM jobs"


class BotBroken(Exception):
    """It ends whenever it is started, and nobody has told it to."""


@dataclass(slots=True)
class Result:
    """What became of a lane."""

    jobs: int = 0
    kills: int = 0
    died: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What is wrong in words: the stories of the findings, and errands or jobs that came to no end."""


class Lane:
    """Lives through a plan."""

    def __init__(self, service: Service, chance: random.Random) -> None:
        self.yard = Yard(service.url, service.data, chance)
        self.yard.revive = self._revive
        self.result = Result()
        self._traps = Traps(service.data)
        self._chance = chance
        self._to_come: list[str] = []
        self._outside = 0
        self._failed_starts = 0

    def begin(self) -> None:
        """Clips that cost nothing, tasks that end at once, a bot that runs."""
        self.yard.wan(pending_seconds=0, task_seconds=0, one_clip=True)
        self._start()

    def live(self, plan: Plan, life: Life, *, calm: bool) -> None:
        """Run the errand, with the bot dying as the life says; `calm` is in fair weather."""
        before = self._traps.killed()
        self._to_come = list(life.deaths)
        self._arm_next()
        self._turn_weather(calm=calm)
        self._do(life.errand)
        self._linger()
        died = self._traps.killed() - before
        plan.over(life, died, len(life.deaths) - len(self._to_come))
        log.info("%4d left: %s, to die %s, died %s", plan.left, life.errand, list(life.deaths), dict(died))
        self._traps.disarm()

    def rehearse(self, errand: str) -> list[str]:
        """Run an errand in fair weather without a death, to its jobs' end; what it met."""
        before = self._traps.met()
        self._do(errand)
        self.wait_until_over()
        log.info("%s", errand)
        return list(self._traps.met() - before)

    def live_at_random(self, errand: str, *, calm: bool) -> None:
        """Run an errand and end the bot from outside at some moment."""
        self._turn_weather(calm=calm)
        timer = threading.Timer(self._chance.uniform(0.0, 4.0), self._kill_from_outside)
        timer.start()
        try:
            self._do(errand)
        finally:
            timer.join()

    def end(self) -> None:
        """Fair weather, everything that is under way brought to its end, and the audit."""
        self._to_come = []
        self._traps.disarm()
        weather.clear(self.yard)
        self.yard.wan(hold=False)
        self.wait_until_over()
        self._traps.disarm()  # a bot that had to be started meanwhile may have got one
        self.yard.until(self.yard.is_ready, "the bot, to be asked what is left to whom")
        result = self.result
        result.jobs = int(self.yard.rows("SELECT COUNT(*) FROM jobs")[0][0])
        result.met, result.died = self._traps.met(), self._traps.killed()
        result.kills = result.died.total() + self.yard.kills + self._outside
        facts = gather(self.yard, self.yard.data, (CREDITS_PER_DAY, CREDITS_PER_DAY))
        result.findings = audit(facts)
        result.problems += [told(facts, finding) for finding in result.findings]

    def wait_until_over(self) -> None:
        """Until every job has ended and says so; a bot that takes long is started anew, since some waits are long."""
        end = time.monotonic() + END_SECONDS
        while time.monotonic() < end:
            if self._is_over(RESTART_SECONDS):
                return
            self.yard.kill_bot()
        still_open = self.yard.open_jobs()
        stuck = [dict(row) for row in self.yard.rows(_STUCK) if row["id"] in still_open]
        self._complain(f"these jobs have not ended: {stuck}")

    def _is_over(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.yard.ensure_bot()
            if not self.yard.open_jobs():
                return True
            time.sleep(0.1)
        return False

    def _turn_weather(self, *, calm: bool) -> None:
        turn = weather.clear if calm else weather.turn
        turn(self.yard)

    def _do(self, errand: str) -> None:
        self.yard.errand = errand
        try:
            all_errands()[errand].do(self.yard)
        except (AssertionError, httpx.HTTPError, StopIteration, LookupError) as error:
            self._complain(f"the errand {errand!r} came to no end: {type(error).__name__}: {error}")

    def _complain(self, problem: str) -> None:
        log.warning("%s", problem)
        self.result.problems.append(problem)

    def _linger(self) -> None:
        end = time.monotonic() + LINGER_SECONDS
        while time.monotonic() < end and (self._traps.armed or self.yard.is_dead()):
            self.yard.ensure_bot()
            if not self.yard.open_jobs():
                time.sleep(0.3)  # what comes after a job's end
                break
            time.sleep(0.1)
        self.yard.ensure_bot()

    def _revive(self) -> None:
        if not self._traps.armed:
            self._arm_next()
        if self._chance.random() < OUTAGE:
            self.yard.pass_time(OUTAGE_SECONDS)
        self._start()

    def _start(self) -> None:
        answer = self.yard.http.post("/sandbox/bot/start")
        if answer.status_code < 300:
            self._failed_starts = 0
            return
        self._failed_starts += 1
        if self._failed_starts > 1:  # the weather keeps it from logging in
            weather.clear(self.yard)
        if self._failed_starts > 20:
            raise BotBroken("the bot does not start any more:\n" + self.yard.http.get("/sandbox/bot/log").text)

    def _arm_next(self) -> None:
        if self._to_come:
            self._traps.arm(Trap(self._to_come.pop(0)))
        elif self._chance.random() < SECOND_DEATH:
            self._traps.arm(Trap(None, self._chance.randint(1, MOST_PASSED)))

    def _kill_from_outside(self) -> None:
        with httpx.Client(base_url=self.yard.http.base_url, timeout=40) as http:
            if http.get("/sandbox/bot").json()["running"]:
                http.post("/sandbox/bot/kill")
                self._outside += 1
