"""Orders out of clips: the same again, another one like it, the final one, and what happens next."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

from client import Model
from engine.access import own_clip, seen_job
from engine.bounds import rules_for
from engine.cannot import ClipGone, FrameGone, NothingBetter
from engine.credits import Prices
from engine.menu import Menu, new_seed, seeds_beside
from engine.order import Asking, Order, Source
from engine.reels import Reels
from engine.wish import Wish
from storage import ChannelRules, ChannelStore, ClipOptions, Job, JobStore, Relation


@dataclass(frozen=True, slots=True)
class Choice:
    """A length that can be chosen, and what the clip costs then."""

    seconds: int
    price: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be made of a clip: by which model, in which quality, in which lengths."""

    job: Job
    model: Model
    resolution: str
    choices: tuple[Choice, ...]
    usual_seconds: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A clip's own options to begin another one with, as far as the channel's model has them."""

    job: Job
    model: Model
    options: ClipOptions


class Sequels:
    """Makes orders out of clips, for whoever may order them; they are checked and charged as all others are.

    Again and remix are for everybody who can see the clip, at their own cost. What goes on from somebody's clip is for
    its member and for moderators. All of it is ordered where it is asked for: by that place's account and rules.
    """

    def __init__(self, jobs: JobStore, channels: ChannelStore, menu: Menu, prices: Prices, reels: Reels) -> None:
        self._jobs = jobs
        self._channels = channels
        self._menu = menu
        self._prices = prices
        self._reels = reels

    def has_final(self, job: Job) -> bool:
        """Whether the clip's model can more than this clip, wherever it is asked for."""
        return job.relation is not Relation.EXTEND and self._menu.better(job.options) is not None

    async def again(self, job_id: str, by: Asking) -> Order:
        """The same with a new seed; of a batch, as many takes once more. Raises a kind of CannotDo."""
        job, takes = await self._seen(job_id, by)
        wish, _ = await self._same(job, by, Relation.AGAIN)
        return _order(job, by, replace(wish, seed=_another(job)), _kin(job, Relation.AGAIN), takes=takes)

    async def remix(self, job_id: str, by: Asking, wish: Wish) -> Order:
        """The same picture with this prompt, length, quality and sound; what is None of the last three stays.

        Where the channel or the provider does not have the clip's model any more, its usual one makes it. Raises a kind
        of CannotDo, or NotHere.
        """
        job, takes = await self._seen(job_id, by)
        kept, _ = self._menu.fitting(*await self._same(job, by, Relation.REMIX))
        return _order(job, by, _remixed(kept, wish, _another(job)), _kin(job, Relation.REMIX), takes=takes)

    async def final(self, job_id: str, by: Asking, duration_seconds: int) -> Order:
        """The same in the best quality its model has here. Raises a kind of CannotDo, UnknownModel or NotHere."""
        job = await self._owned(job_id, by)
        wish, _, _ = await self._best(job, by)
        return _order(job, by, replace(wish, duration_seconds=duration_seconds), (Relation.FINAL, job.id))

    async def extend(self, job_id: str, by: Asking, prompt: str | None, duration_seconds: int) -> Order:
        """What happens next, from the clip's last picture on. Raises a kind of CannotDo.

        When the order is taken, the clip is fetched: that may raise ClipGone and PostingError.
        """
        job = await self._owned(job_id, by)
        onward, _ = await self._onward(job, by)
        wish = replace(onward, prompt=prompt, duration_seconds=duration_seconds)
        return _order(job, by, wish, (Relation.EXTEND, job.id), image=partial(self._reels.last_frame, job))

    async def remix_form(self, job_id: str, by: Asking) -> Draft:
        """What a remix begins with. Raises what `remix` raises."""
        job, _ = await self._seen(job_id, by)
        same, rules = await self._same(job, by, Relation.REMIX)
        wish, model = self._menu.fitting(same, rules)
        return Draft(job, model, self._menu.settle(wish, rules)[0])

    async def final_form(self, job_id: str, by: Asking) -> Offer:
        """The lengths of a final clip. Raises what `final` raises."""
        job = await self._owned(job_id, by)
        return self._offer(job, *await self._best(job, by))

    async def extend_form(self, job_id: str, by: Asking) -> Offer:
        """The lengths of what happens next. Raises what `extend` raises."""
        job = await self._owned(job_id, by)
        wish, rules = await self._onward(job, by)
        self._menu.settle(wish, rules)  # refused before anything is filled in
        own = self._menu.model_of(job.options)
        here = next(model for model in self._menu.models_in(rules) if model.name == own.name)
        return self._offer(job, wish, rules, here.durations)

    def _offer(self, job: Job, wish: Wish, rules: ChannelRules, lengths: Sequence[int]) -> Offer:
        model = self._menu.model_of(job.options)
        choices = []
        for seconds in lengths:
            options, _ = self._menu.settle(replace(wish, duration_seconds=seconds), rules)
            choices.append(Choice(seconds, self._prices.of(model, options)))
        usual = job.options.duration_seconds if job.options.duration_seconds in lengths else lengths[0]
        return Offer(job, model, wish.resolution or model.default_resolution, tuple(choices), usual)

    async def _best(self, job: Job, by: Asking) -> tuple[Wish, ChannelRules, tuple[int, ...]]:
        """The clip's wish at its best, and its lengths; raises NothingBetter, or NotHere where the channel is why."""
        if job.relation is Relation.EXTEND:  # of two pieces, only one would become better
            raise NothingBetter
        wish, rules = await self._same(job, by, Relation.FINAL)
        self._menu.model_of(job.options)
        best, anywhere = self._menu.better(job.options, rules), self._menu.better(job.options)
        if anywhere is None:
            raise NothingBetter
        if best is None:
            beyond = replace(wish, resolution=anywhere.resolution, duration_seconds=anywhere.durations[0])
            self._menu.settle(beyond, rules)
            raise NothingBetter
        return replace(wish, resolution=best.resolution), rules, best.durations

    async def _same(self, job: Job, by: Asking, relation: Relation) -> tuple[Wish, ChannelRules]:
        """The wish that becomes the clip's options again, and what it goes by; raises FrameGone."""
        if job.frame is None:
            raise FrameGone
        rules = await self._rules(by, _kin(job, relation)[0])
        return self._menu.wish_for(job.options, soundtrack=job.soundtrack is not None, rules=rules), rules

    async def _onward(self, job: Job, by: Asking) -> tuple[Wish, ChannelRules]:
        """The clip's wish for what follows: a soundtrack or an effect would only begin anew."""
        rules = await self._rules(by, Relation.EXTEND)
        wish = self._menu.wish_for(job.options, soundtrack=False, rules=rules)
        return replace(wish, prompt=None, duration_seconds=None, template=None, seed=new_seed()), rules

    async def _rules(self, by: Asking, relation: Relation) -> ChannelRules:
        every = await self._channels.of_guild(by.guild_id)
        return rules_for(relation, every, by.account.home_channel_id)

    async def _seen(self, job_id: str, by: Asking) -> tuple[Job, int]:
        """A clip that whoever asks can see, and of how many takes it is one; raises NotYours or ClipGone."""
        job = seen_job(await self._jobs.get(job_id), by)
        takes = await self._jobs.of_batch(job.batch_id) if job.batch_id else [job]
        if any(take.removed_at for take in takes):  # a take that failed has no clip to be removed
            raise ClipGone
        return job, len(takes)

    async def _owned(self, job_id: str, by: Asking) -> Job:
        return own_clip(await self._jobs.get(job_id), by)


def _kin(job: Job, relation: Relation) -> tuple[Relation, str]:
    """What the order is to which clip: what is made of an extension continues the clip that the extension does."""
    if job.relation is Relation.EXTEND and job.parent_id:
        return Relation.EXTEND, job.parent_id
    return relation, job.id


def _another(job: Job) -> int:
    return seeds_beside(job.options.seed, 1)[0]


def _remixed(kept: Wish, said: Wish, seed: int) -> Wish:
    muted = said.audio is False
    rewritten = said.prompt and said.prompt != kept.prompt
    return replace(
        kept,
        prompt=said.prompt,
        duration_seconds=said.duration_seconds or kept.duration_seconds,
        resolution=said.resolution or kept.resolution,
        audio=kept.audio if said.audio is None else said.audio,
        soundtrack=kept.soundtrack and not muted,
        template=None if rewritten else kept.template,  # new words beside it would have no effect
        seed=seed,
    )


def _order(
    job: Job, by: Asking, wish: Wish, kin: tuple[Relation, str], *, takes: int = 1, image: Source | None = None
) -> Order:
    asking = {field.name: getattr(by, field.name) for field in fields(Asking)}
    # Whatever is made of a private clip shows what is in it.
    asking["private"] = by.private or job.private
    return Order(
        **asking,
        wish=wish,
        image=image,
        frame=None if image else job.frame,
        soundtrack=job.soundtrack if wish.soundtrack else None,
        spoiler=job.spoiler,
        takes=takes,
        relation=kin[0],
        parent_id=kin[1],
    )
