"""What can be asked of which model: every row of the catalogue, and what is said where it does not fit."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import DASHSCOPE, SINANCODE, Model
from engine import ChannelRules, Defaults, Menu, NoEffect, NotOffered, Prices, UnknownModel, Wish
from engine.menu import MOST_SEED, seeds_beside

MODELS = [*((SINANCODE, model) for model in SINANCODE), *((DASHSCOPE, model) for model in DASHSCOPE)]
NAMES = [f"{'sinancode' if models is SINANCODE else 'dashscope'} {model.name}" for models, model in MODELS]
every_model = pytest.mark.parametrize(("models", "model"), MODELS, ids=NAMES)
PRICES = Prices({"480P": 1, "720P": 2, "1080P": 3})


@every_model
def test_each_length_and_quality_of_a_model_is_taken_and_no_other(models: tuple[Model, ...], model: Model) -> None:
    menu = Menu(models, Defaults())
    for seconds in range(1, 17):
        for tier in ("480P", "720P", "1080P", "4K"):
            wish = Wish(model=model.name, duration_seconds=seconds, resolution=tier)
            if seconds in model.durations and tier in model.resolutions:
                options, _ = menu.settle(wish)
                assert (options.duration_seconds, options.resolution) == (seconds, tier)
            else:
                with pytest.raises(NotOffered):
                    menu.settle(wish)


@every_model
def test_nothing_said_is_the_models_own_default(models: tuple[Model, ...], model: Model) -> None:
    options, without_effect = Menu(models, Defaults()).settle(Wish(model=model.name))
    assert options.resolution == model.default_resolution
    assert options.duration_seconds == model.default_duration
    assert options.audio == model.sound
    assert without_effect == ()


@every_model
@pytest.mark.parametrize(
    ("wish", "taken"),
    [
        (Wish(soundtrack=True), lambda model: model.soundtrack),
        (Wish(shots="multi"), lambda model: model.shots),
        (Wish(audio=False), lambda model: model.audio_flag or not model.sound),
        (Wish(audio=True), lambda model: model.sound),
        (Wish(prompt="x" * 1500), lambda model: model.prompt_characters >= 1500),
        (Wish(prompt="x" * 2000), lambda model: model.prompt_characters >= 2000),
        (Wish(template="mermaid"), lambda model: not model.templates or "mermaid" in model.templates),
    ],
    ids=["soundtrack", "shots", "silent", "sound", "1500", "2000", "template"],
)
def test_what_a_model_does_not_know_is_refused_with_the_names_of_those_that_do(
    models: tuple[Model, ...], model: Model, wish: Wish, taken: Callable[[Model], bool]
) -> None:
    menu = Menu(models, Defaults())
    if taken(model):
        menu.settle(replace(wish, model=model.name))
    else:
        with pytest.raises(NotOffered) as refusal:
            menu.settle(replace(wish, model=model.name))
        assert set(refusal.value.others) == {other.name for other in models if taken(other)}


def test_a_model_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownModel) as refusal:
        Menu(SINANCODE, Defaults()).settle(Wish(model="wan9"))
    assert refusal.value.known == ("wan2.6-i2v", "wan2.5-i2v-preview")


@pytest.mark.parametrize(
    ("wish", "effects"),
    [
        (Wish(prompt="a", template="flying"), {NoEffect.PROMPT_BESIDE_TEMPLATE}),
        (Wish(shots="multi", rewrite=False), {NoEffect.SHOTS_WITHOUT_REWRITE}),
        (Wish(soundtrack=True, audio=False, model="wan2.6-i2v-flash"), {NoEffect.SILENCE_BESIDE_SOUNDTRACK}),
        (Wish(prompt="a"), set()),
    ],
)
def test_what_has_no_effect_is_said(wish: Wish, effects: set[NoEffect]) -> None:
    options, without_effect = Menu(DASHSCOPE, Defaults()).settle(wish)
    assert set(without_effect) == effects
    assert options.shots == "single"


def test_the_servers_defaults_hold_where_the_model_takes_them() -> None:
    menu = Menu(DASHSCOPE, Defaults(duration_seconds=15, resolution="1080P", audio=False))
    assert menu.settle(Wish())[0].duration_seconds == 15
    old = menu.settle(Wish(model="wanx2.1-i2v-turbo"))[0]
    assert (old.duration_seconds, old.resolution, old.audio) == (5, "720P", False)
    assert menu.settle(Wish())[0].audio is True  # its sound cannot be switched off


def test_a_blank_model_stays_blank_and_a_seed_is_drawn() -> None:
    menu = Menu(SINANCODE, Defaults())
    options = [menu.settle(Wish())[0] for _ in range(50)]
    assert {option.model for option in options} == {None}
    assert len({option.seed for option in options}) > 40
    assert all(0 <= option.seed <= MOST_SEED for option in options)


@pytest.mark.parametrize(
    ("wish", "price"),
    [
        (Wish(resolution="720P", duration_seconds=5), 10),
        (Wish(resolution="1080P", duration_seconds=15), 45),
        (Wish(model="wan2.5-i2v-preview", resolution="480P", duration_seconds=5), 5),
        (Wish(model="wan2.6-i2v-flash", resolution="1080P", duration_seconds=5), 8),  # 7.5 rounded up
        (Wish(model="wan2.6-i2v-flash", resolution="720P", duration_seconds=2, audio=False), 1),
    ],
)
def test_a_clip_costs_its_share_of_the_list_price_in_whole_credits(wish: Wish, price: int) -> None:
    menu = Menu(DASHSCOPE, Defaults())
    assert PRICES.of(menu.model(wish.model), menu.settle(wish)[0]) == price


@given(
    st.sampled_from(MODELS),
    st.builds(
        Wish,
        duration_seconds=st.none() | st.integers(1, 20),
        resolution=st.none() | st.sampled_from(["480P", "720P", "1080P"]),
        audio=st.none() | st.booleans(),
        shots=st.none() | st.sampled_from(["single", "multi"]),
        rewrite=st.none() | st.booleans(),
        soundtrack=st.booleans(),
        prompt=st.none() | st.text(max_size=2100),
        template=st.none() | st.sampled_from(["flying", "melt", "unknown"]),
    ),
)
def test_whatever_is_settled_is_within_the_models_row(chosen: tuple[tuple[Model, ...], Model], wish: Wish) -> None:
    models, model = chosen
    try:
        options, _ = Menu(models, Defaults()).settle(replace(wish, model=model.name))
    except NotOffered:
        return
    assert options.duration_seconds in model.durations
    assert options.resolution in model.resolutions
    assert options.shots == "single" or (model.shots and options.rewrite)
    assert len(options.prompt or "") <= model.prompt_characters
    assert PRICES.of(model, options) >= 1
    again = Menu(models, Defaults()).wish_for(options, soundtrack=wish.soundtrack, rules=ChannelRules())
    assert Menu(models, Defaults()).settle(again)[0] == options


@given(
    st.sampled_from(MODELS),
    st.builds(
        Wish,
        model=st.none() | st.sampled_from([model.name for _, model in MODELS] + ["gone"]),
        duration_seconds=st.none() | st.integers(1, 20),
        resolution=st.none() | st.sampled_from(["480P", "720P", "1080P"]),
        audio=st.none() | st.booleans(),
        shots=st.none() | st.sampled_from(["single", "multi"]),
        soundtrack=st.booleans(),
        prompt=st.none() | st.text(max_size=2100),
        negative_prompt=st.none() | st.text(max_size=600),
        template=st.none() | st.sampled_from(["flying", "melt", "unknown"]),
    ),
    st.builds(
        ChannelRules,
        most_resolution=st.none() | st.sampled_from(["480P", "720P"]),
        most_seconds=st.none() | st.integers(3, 15),
    ),
)
def test_as_much_of_a_wish_as_fits_is_never_refused(
    chosen: tuple[tuple[Model, ...], Model], wish: Wish, rules: ChannelRules
) -> None:
    menu = Menu(chosen[0], Defaults())
    if not menu.models_in(rules):
        return
    fitting, model = menu.fitting(wish, rules)
    options, _ = menu.settle(fitting, rules)
    assert menu.model_of(options).name == model.name
    whole = wish.model in (None, model.name)
    if whole and wish.duration_seconds in model.durations and wish.resolution in model.resolutions:
        assert (options.duration_seconds, options.resolution) == (wish.duration_seconds, wish.resolution)
    assert (wish.prompt or "").startswith(options.prompt or "")


def test_a_blank_model_was_the_newest_one_whatever_is_usual_since() -> None:
    was = Menu(DASHSCOPE, Defaults()).settle(Wish())[0]
    assert was.model is None
    for menu, rules, name in (
        (Menu(DASHSCOPE, Defaults()), ChannelRules(), None),
        (Menu(DASHSCOPE, Defaults(model="wan2.5-i2v-preview")), ChannelRules(), "wan2.6-i2v"),
        (Menu(DASHSCOPE, Defaults()), ChannelRules(models=("wan2.5-i2v-preview", "wan2.6-i2v")), "wan2.6-i2v"),
    ):
        assert menu.settle(menu.wish_for(was, soundtrack=False, rules=rules), rules)[0].model == name


def test_seeds_beside_one_differ_from_it_and_from_each_other() -> None:
    assert len({5, *seeds_beside(5, 3)}) == 4
    assert seeds_beside(5, 0) == ()
