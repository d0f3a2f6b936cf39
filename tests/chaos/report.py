"""What a run says in the end: what is wrong, story by story, and one line that counts it."""

from collections import Counter
from collections.abc import Collection, Sequence

from tests.chaos.audit import Wrong, counted
from tests.chaos.lane import Result

_COUNTED = (
    Wrong.LOST,
    Wrong.PAID_TWICE,
    Wrong.CHARGED_TWICE,
    Wrong.POSTED_WRONGLY,
    Wrong.REFUNDED_WRONGLY,
)


class Report:
    """Over all lanes; `halves` are all points that are listed, before and after each.

    At each of the `wanted` ones a bot was to die `each` times.
    """

    def __init__(
        self, results: Sequence[Result], halves: Collection[str], *, wanted: Collection[str] = (), each: int = 1
    ) -> None:
        self._results = results
        self._halves = set(halves)
        self._wanted = set(wanted)
        self._each = each

    @property
    def lines(self) -> list[str]:
        """What to print, the count last."""
        problems = [problem for result in self._results for problem in result.problems]
        return [*problems, *self._unlisted, *self._missed, self._summary]

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong at all."""
        return not (any(result.problems for result in self._results) or self._unlisted or self._missed)

    @property
    def _unlisted(self) -> list[str]:
        met = {point for result in self._results for point in (*result.met, *result.died)}
        return [
            f"a point that is not listed: list it and give it an errand: {one}" for one in sorted(met - self._halves)
        ]

    @property
    def _missed(self) -> list[str]:
        died = self._died
        rarely = sorted(one for one in self._wanted if died[one] < self._each)
        return [f"a point that a bot died at {died[one]} of {self._each} times: {one}" for one in rarely]

    @property
    def _died(self) -> Counter[str]:
        return sum((result.died for result in self._results), Counter[str]())

    @property
    def _summary(self) -> str:
        jobs = sum(result.jobs for result in self._results)
        kills = sum(result.kills for result in self._results)
        covered = len(self._halves & set(self._died))
        found = counted([finding for result in self._results for finding in result.findings])
        wrongs = ", ".join(f"{wrong} {found[wrong]}" for wrong in _COUNTED)
        return f"chaos: {jobs} jobs, {kills} kills, {covered}/{len(self._halves)} points: {wrongs}"
