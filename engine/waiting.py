"""The waiting room: the member with the fewest running jobs goes next, oldest first."""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterable

from storage import Job, JobState

AT_PROVIDER = (JobState.SUBMITTING, JobState.RUNNING)
"""The states in which a job holds one of the provider's places."""


def fair_order(jobs: Iterable[Job]) -> list[Job]:
    """The queued jobs in the order they would start, given which members' jobs are at the provider now.

    `jobs` are all open jobs, oldest first. Takes O(n log m) for n jobs of m members.
    """
    running: Counter[int] = Counter()
    waiting: defaultdict[int, deque[Job]] = defaultdict(deque)
    for job in jobs:
        if job.state in AT_PROVIDER:
            running[job.member_id] += 1
        elif job.state is JobState.QUEUED:
            waiting[job.member_id].append(job)
    heap = [_turn(running[member], queue[0]) for member, queue in waiting.items()]
    heapq.heapify(heap)
    order: list[Job] = []
    while heap:
        count, _, _, member = heapq.heappop(heap)
        order.append(waiting[member].popleft())
        if waiting[member]:
            heapq.heappush(heap, _turn(count + 1, waiting[member][0]))
    return order


def _turn(running: int, job: Job) -> tuple[int, float, str, int]:
    return running, job.created_at.timestamp(), job.id, job.member_id
