"""The waiting room is fair: the fewest running first, then the oldest."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.waiting import fair_order
from storage import ClipOptions, Installed, Job, JobState
from tests.storage.books import NOON


def waiting(number: int, member_id: int, state: JobState = JobState.QUEUED) -> Job:
    """A job that was asked for as the `number`th."""
    return Job(
        id=f"job{number:03}",
        interaction_id=number,
        guild_id=1,
        channel_id=1,
        home_channel_id=1,
        member_id=member_id,
        provider="scripted",
        state=state,
        kind="720P/5s",
        options=ClipOptions(5, "720P", 1),
        notes=(),
        frame="f",
        soundtrack=None,
        price=10,
        upload_limit_bytes=1,
        spoiler=False,
        status_message_id=None,
        status_settled=False,
        task_id=None,
        result_url=None,
        took_seconds=None,
        clip_message_id=None,
        failure=None,
        detail="",
        created_at=NOON + timedelta(seconds=number),
        submitting_at=None,
        running_at=None,
        ready_at=None,
        posting_at=None,
        ended_at=None,
        removed_at=None,
        removed_by=None,
        clip_gone=False,
        installed=Installed.SERVER,
        private=False,
        token=None,
        token_until=None,
        parent_id=None,
        relation=None,
        batch_id=None,
        take=1,
        route=None,
        fitted=False,
        waits_since=None,
        clip_channel_id=None,
        shared_at=None,
        shared_by=None,
        share_channel_id=None,
        share_message_id=None,
    )


def test_a_member_with_one_job_does_not_wait_behind_another_with_many() -> None:
    jobs = [waiting(1, 1), waiting(2, 1), waiting(3, 1), waiting(4, 2)]
    assert [job.id for job in fair_order(jobs, {})] == ["job001", "job004", "job002", "job003"]


def test_running_jobs_count_against_their_member() -> None:
    assert [job.id for job in fair_order([waiting(2, 1), waiting(3, 2)], {1: 1})] == ["job003", "job002"]


@given(st.lists(st.integers(1, 5), max_size=30), st.dictionaries(st.integers(1, 5), st.integers(1, 9)))
def test_everybody_gets_a_turn_and_a_members_own_jobs_keep_their_order(
    members: list[int], at_provider: dict[int, int]
) -> None:
    jobs = [waiting(number, member) for number, member in enumerate(members)]
    order = fair_order(jobs, at_provider)
    assert sorted(job.id for job in order) == [job.id for job in jobs]
    for member in {job.member_id for job in order}:
        own = [job.id for job in order if job.member_id == member]
        assert own == sorted(own)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=30))
def test_starting_the_first_gives_the_rest_in_the_same_order(members: list[int]) -> None:
    jobs = [waiting(number, member) for number, member in enumerate(members)]
    first, *rest = fair_order(jobs, {})
    assert fair_order([job for job in jobs if job.id != first.id], {first.member_id: 1}) == rest
