"""The waiting room: the member with the fewest running jobs goes next, oldest first."""

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from storage import Job, JobState

AT_PROVIDER = (JobState.SUBMITTING, JobState.RUNNING)
"""The states in which a job holds one of the provider's places."""


def fair_order(queued: Iterable[Job], at_provider: Mapping[int, int]) -> list[Job]:
    """The queued jobs, given oldest first, in the order they would start while members have so many at the provider.

    Takes O(n log m) for n jobs of m members, however many there are at the provider.
    """
    waiting: defaultdict[int, deque[Job]] = defaultdict(deque)
    for job in queued:
        waiting[job.member_id].append(job)
    heap = [_turn(at_provider.get(member, 0), queue[0]) for member, queue in waiting.items()]
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
