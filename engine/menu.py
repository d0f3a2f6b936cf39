"""What can be asked of which model: a wish becomes options that the provider takes, or is refused with facts."""

import secrets
from dataclasses import replace

from client import Model, model_named
from engine.bounds import Better, Setting, better, cheapest, defaults_under, hold, lines_of, model_refused, model_under
from engine.offering import RULES, Rule, as_far_as_taken, taken, takes
from engine.wish import Defaults, NoEffect, NotOffered, UnknownModel, Wish
from storage import ChannelRules, ClipOptions

MOST_SEED = 2_147_483_647

_NO_RULES = ChannelRules()


class Menu:
    """The provider's models and the server's defaults."""

    def __init__(self, models: tuple[Model, ...], defaults: Defaults) -> None:
        self.models = models
        self._defaults = defaults

    @property
    def resolutions(self) -> tuple[str, ...]:
        """Every resolution that some model has, the smallest first."""
        return tuple(sorted({tier for model in self.models for tier in model.resolutions}, key=lines_of))

    @property
    def durations(self) -> tuple[int, ...]:
        """Every length in seconds that some model has, the shortest first."""
        return tuple(sorted({seconds for model in self.models for seconds in model.durations}))

    def model(self, name: str | None) -> Model:
        """The model of this name, blank for the default one; raises UnknownModel."""
        found = model_named(self.models, name or self._defaults.model)
        if found is None:
            raise UnknownModel(name or self._defaults.model or "", tuple(model.name for model in self.models))
        return found

    def model_of(self, options: ClipOptions) -> Model:
        """The model of a clip that was ordered before; raises UnknownModel."""
        return self.model(options.model or self.models[0].name)

    def templates(self, model_name: str | None) -> tuple[str, ...]:
        """The effects that are published for the model; none for a model that is not there."""
        model = model_named(self.models, model_name or self._defaults.model)
        return model.templates if model else ()

    def models_in(self, rules: ChannelRules | None) -> tuple[Model, ...]:
        """The models of a channel, each with only the resolutions and lengths that it takes, and what is usual there.

        Empty where its rules leave nothing of what the provider has.
        """
        rules = rules or _NO_RULES
        usual = defaults_under(rules, self._defaults)
        return tuple(here for model in self.models if (here := model_under(rules, model, usual)))

    def usual_model(self, rules: ChannelRules | None) -> Model:
        """What a blank model means in a channel; raises NotHere where its rules leave none."""
        rules = rules or _NO_RULES
        here = self.models_in(rules)
        if not here:
            raise model_refused(rules, None, ())
        wanted = model_named(self.models, defaults_under(rules, self._defaults).model)
        return next((model for model in here if wanted and model.name == wanted.name), here[0])

    def cheapest(self, rules: ChannelRules | None, model_name: str | None = None) -> Setting:
        """What a draft is made in, by this model or the usual one. Raises UnknownModel or NotHere."""
        return cheapest(self._chosen(Wish(model=model_name), rules or _NO_RULES))

    def better(self, options: ClipOptions, rules: ChannelRules | None = None) -> Better | None:
        """What the clip's own model can make better or longer, under a channel's rules if they are given."""
        name = options.model or self.models[0].name
        here = next((model for model in self.models_in(rules) if model.name == name), None)
        return better(here, options) if here else None

    def wish_for(self, options: ClipOptions, *, soundtrack: bool, rules: ChannelRules) -> Wish:
        """The wish that becomes these options again; `soundtrack` is whether a sound of their own comes along."""
        return Wish(
            model=options.model or self._newest_named(rules),
            prompt=options.prompt,
            duration_seconds=options.duration_seconds,
            resolution=options.resolution,
            audio=None if soundtrack else options.audio,
            negative_prompt=options.negative_prompt,
            seed=options.seed,
            shots=options.shots,
            rewrite=options.rewrite,
            template=options.template,
            watermark=options.watermark,
            soundtrack=soundtrack,
        )

    def fitting(self, wish: Wish, rules: ChannelRules) -> tuple[Wish, Model]:
        """As much of a wish as a model of the channel takes, and that model: the wish's own if it can be."""
        named = (model for model in self.models_in(rules) if model.name == wish.model)
        model = next(named, None) or self.usual_model(rules)
        return as_far_as_taken(replace(wish, model=wish.model and model.name), model), model

    def settle(self, wish: Wish, rules: ChannelRules | None = None) -> tuple[ClipOptions, tuple[NoEffect, ...]]:
        """Fill in what was left out and hold the rest against the model and the channel.

        Raises UnknownModel, NotOffered or NotHere.
        """
        rules = rules or _NO_RULES
        here = self._chosen(wish, rules)
        whole = self.model(here.name)
        for rule in RULES:
            asked = rule.asked(wish)
            if asked is not None and not rule.taken(whole, asked):
                others = self._others(rule, wish, rules)
                raise NotOffered(rule.option, asked, whole.name, rule.offered(whole), others)
        hold(rules, wish, here)
        options = self._filled(wish, here, rules)
        return options, _without_effect(wish, options)

    def _chosen(self, wish: Wish, rules: ChannelRules) -> Model:
        """The model that was asked for or is usual, with only what the channel takes of it."""
        if not wish.model:
            return self.usual_model(rules)
        asked, here = self.model(wish.model), self.models_in(rules)
        found = next((model for model in here if model.name == asked.name), None)
        if found is None:
            raise model_refused(rules, asked.name, tuple(model.name for model in here))
        return found

    def _others(self, rule: Rule, wish: Wish, rules: ChannelRules) -> tuple[str, ...]:
        """The models here that would take this, those first that would take the whole wish."""
        able = [model for model in self.models_in(rules) if rule.taken(model, rule.asked(wish))]
        whole = [model for model in able if all(takes(model, other, wish) for other in RULES)]
        return tuple(dict.fromkeys(model.name for model in [*whole, *able]))

    def _filled(self, wish: Wish, model: Model, rules: ChannelRules) -> ClipOptions:
        usual = defaults_under(rules, self._defaults)
        audio = usual.audio if wish.audio is None else wish.audio
        rewrite = usual.rewrite if wish.rewrite is None else wish.rewrite
        shots = wish.shots or usual.shots
        return ClipOptions(
            model=wish.model or self._named(model, rules, usual),
            duration_seconds=wish.duration_seconds or model.default_duration,
            resolution=wish.resolution or model.default_resolution,
            seed=_seed(wish, usual),
            # A model whose sound cannot be switched off makes sound; a silent one does not.
            audio=model.sound and (wish.soundtrack or audio or not model.audio_flag),
            shots=shots if model.shots and rewrite else "single",
            rewrite=rewrite,
            watermark=usual.watermark if wish.watermark is None else wish.watermark,
            prompt=wish.prompt,
            negative_prompt=wish.negative_prompt or taken("negative_prompt", usual.negative_prompt, model),
            # In place of a prompt: one that was written would have no effect beside it.
            template=wish.template or (None if wish.prompt else taken("template", usual.template, model)),
        )

    def _newest_named(self, rules: ChannelRules) -> str | None:
        """The newest model's name, and blank where a blank model means that one."""
        newest = self.models[0].name
        usual = defaults_under(rules, self._defaults).model
        return newest if rules.models or (usual and usual != newest) else None

    def _named(self, model: Model, rules: ChannelRules, usual: Defaults) -> str | None:
        """Blank stays blank: it is the provider's newest, whatever that is by then. A channel may not take that one."""
        stays_blank = not usual.model and not rules.models and model.name == self.models[0].name
        return None if stays_blank else model.name


def new_seed() -> int:
    """Drawn here and not by the provider, so that it can be shown and asked for again."""
    return secrets.randbelow(MOST_SEED + 1)


def seeds_beside(seed: int, count: int) -> tuple[int, ...]:
    """So many seeds, none of them this one and no two the same."""
    seeds = {seed: None}
    while len(seeds) <= count:
        seeds[new_seed()] = None
    return tuple(seeds)[1:]


def _seed(wish: Wish, usual: Defaults) -> int:
    said = usual.seed if wish.seed is None else wish.seed
    return new_seed() if said is None else said


def _without_effect(wish: Wish, options: ClipOptions) -> tuple[NoEffect, ...]:
    found = {
        NoEffect.PROMPT_BESIDE_TEMPLATE: bool(options.prompt and options.template),
        NoEffect.SHOTS_WITHOUT_REWRITE: wish.shots == "multi" and not options.rewrite,
        NoEffect.SILENCE_BESIDE_SOUNDTRACK: wish.soundtrack and wish.audio is False,
    }
    return tuple(effect for effect, applies in found.items() if applies)
