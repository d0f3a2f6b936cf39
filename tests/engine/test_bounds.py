"""What a channel's rules leave of the menu: what is said beyond them is refused, what is not said is brought under."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import DASHSCOPE, SINANCODE
from engine import PRESETS, SERVER_WIDE, ChannelRules, Defaults, Menu, NoEffect, NotHere, NotOffered, Prices, Wish
from engine.bounds import Better, Setting, lines_of, rules_for
from storage import ClipOptions, Relation

MENU = Menu(DASHSCOPE, Defaults())
NAMES = [model.name for model in DASHSCOPE]
TIERS = ["480P", "720P", "1080P"]


@pytest.mark.parametrize(
    ("rules", "wish", "option", "most", "offered"),
    [
        (ChannelRules(most_resolution="720P"), Wish(resolution="1080P"), "resolution", "at most 720P", ("720P",)),
        (ChannelRules(most_seconds=10), Wish(duration_seconds=15), "duration", "at most 10 s", ("5", "10")),
        (
            ChannelRules(models=("wan2.5-i2v-preview",)),
            Wish(model="wan2.6-i2v"),
            "model",
            "only wan2.5-i2v-preview",
            ("wan2.5-i2v-preview",),
        ),
        (
            ChannelRules(most_seconds=4),
            Wish(model="wan2.6-i2v"),
            "model",
            "at most 4 s",
            ("wan2.6-i2v-flash", "wanx2.1-i2v-turbo"),
        ),
        (ChannelRules(models=("gone",)), Wish(), "model", "only gone", ()),
        (
            ChannelRules(models=("wan2.6-i2v",), most_resolution="480P"),
            Wish(),
            "model",
            "only wan2.6-i2v, at most 480P",
            (),
        ),
        (ChannelRules(most_resolution="480P", most_seconds=2), Wish(), "model", "at most 480P and 2 s", ()),
    ],
)
def test_what_a_channel_does_not_take_is_refused_with_what_it_takes(
    rules: ChannelRules, wish: Wish, option: str, most: str, offered: tuple[str, ...]
) -> None:
    with pytest.raises(NotHere) as refusal:
        MENU.settle(wish, rules)
    assert (refusal.value.option, refusal.value.most, refusal.value.offered) == (option, most, offered)


@pytest.mark.parametrize(
    ("rules", "made"),
    [
        (ChannelRules(), (None, "1080P", 5)),
        (ChannelRules(most_resolution="720P"), (None, "720P", 5)),
        (ChannelRules(most_resolution="480P"), ("wan2.5-i2v-preview", "480P", 5)),
        (ChannelRules(most_seconds=3), ("wan2.6-i2v-flash", "1080P", 3)),
        (ChannelRules(duration_seconds=15, most_seconds=10), (None, "1080P", 10)),
        (ChannelRules(models=("wan2.5-i2v-preview", "wan2.6-i2v")), ("wan2.6-i2v", "1080P", 5)),
        (ChannelRules(model="wan2.5-i2v-preview", resolution="480P"), ("wan2.5-i2v-preview", "480P", 5)),
        (ChannelRules(model="wan2.5-i2v-preview", models=("wan2.6-i2v",)), ("wan2.6-i2v", "1080P", 5)),
        (ChannelRules(resolution="480P"), (None, "1080P", 5)),  # the newest model has no such quality
        (PRESETS["preview"], (None, "720P", 5)),
    ],
)
def test_what_is_not_said_is_brought_under_the_channels_bounds(
    rules: ChannelRules, made: tuple[str | None, str, int]
) -> None:
    options, without_effect = MENU.settle(Wish(), rules)
    assert (options.model, options.resolution, options.duration_seconds) == made
    assert without_effect == ()


def test_a_channels_defaults_go_before_the_bots_and_after_the_members() -> None:
    menu = Menu(DASHSCOPE, Defaults(duration_seconds=15, audio=True, watermark=False, model="wan2.6-i2v-flash"))
    rules = ChannelRules(
        duration_seconds=10, audio=False, watermark=True, seed=7, negative_prompt="blood", rewrite=False
    )
    options, _ = menu.settle(Wish(), rules)
    assert (options.duration_seconds, options.audio, options.watermark, options.seed) == (10, False, True, 7)
    assert (options.negative_prompt, options.rewrite) == ("blood", False)
    said = Wish(duration_seconds=3, audio=True, watermark=False, seed=0, negative_prompt="rain", rewrite=True)
    options, _ = menu.settle(said, rules)
    assert (options.duration_seconds, options.audio, options.watermark, options.seed) == (3, True, False, 0)
    assert (options.negative_prompt, options.rewrite) == ("rain", True)


def test_a_channels_template_stands_in_for_a_prompt_and_never_beside_one() -> None:
    rules = ChannelRules(template="flying", model="wanx2.1-i2v-turbo")
    assert MENU.settle(Wish(), rules)[0].template == "flying"
    options, without_effect = MENU.settle(Wish(prompt="waves"), rules)
    assert (options.template, without_effect) == (None, ())
    unknown = replace(rules, template="mermaid")  # a default that the model does not know is no wish of anybody's
    assert MENU.settle(Wish(), unknown)[0].template is None


def test_models_that_would_take_it_are_named_only_where_the_channel_takes_them() -> None:
    rules = ChannelRules(models=("wan2.2-i2v-flash", "wan2.5-i2v-preview"), model="wan2.2-i2v-flash")
    with pytest.raises(NotOffered) as refusal:
        MENU.settle(Wish(soundtrack=True), rules)
    assert refusal.value.others == ("wan2.5-i2v-preview",)


def test_the_models_of_a_channel_show_only_what_it_takes_and_what_is_usual_there() -> None:
    rules = ChannelRules(most_resolution="720P", most_seconds=10, duration_seconds=10)
    newest = MENU.models_in(rules)[0]
    assert (newest.resolutions, newest.durations) == (("720P",), (5, 10))
    assert (newest.default_resolution, newest.default_duration) == ("720P", 10)
    assert MENU.usual_model(rules) == newest
    assert MENU.models_in(None) == DASHSCOPE


@pytest.mark.parametrize(
    ("rules", "model", "setting"),
    [
        (ChannelRules(), None, Setting("720P", 5)),
        (ChannelRules(), "wan2.6-i2v-flash", Setting("720P", 5)),
        (ChannelRules(), "wan2.5-i2v-preview", Setting("720P", 5)),
        (ChannelRules(), "wan2.2-i2v-plus", Setting("480P", 5)),
        (ChannelRules(resolution="1080P", duration_seconds=15), None, Setting("720P", 5)),
        (ChannelRules(most_resolution="480P"), None, Setting("480P", 5)),
        (ChannelRules(most_seconds=4), "wanx2.1-i2v-turbo", Setting("720P", 3)),
    ],
)
def test_a_draft_is_made_in_720p_and_5_s_or_the_least_there_is(
    rules: ChannelRules, model: str | None, setting: Setting
) -> None:
    assert MENU.cheapest(rules, model) == setting
    MENU.settle(Wish(model=model, resolution=setting.resolution, duration_seconds=setting.duration_seconds), rules)


@pytest.mark.parametrize(
    ("rules", "model"),
    [(ChannelRules(models=("wan2.5-i2v-preview",)), "wan2.6-i2v"), (ChannelRules(models=("x",)), None)],
)
def test_a_draft_is_not_made_by_what_a_channel_does_not_take(rules: ChannelRules, model: str | None) -> None:
    with pytest.raises(NotHere):
        MENU.cheapest(rules, model)


@pytest.mark.parametrize(
    ("made", "better"),
    [
        ((None, "720P", 5), Better("1080P", (5, 10, 15))),
        ((None, "720P", 15), Better("1080P", (15,))),
        ((None, "1080P", 10), Better("1080P", (15,))),
        ((None, "1080P", 15), None),
        (("wan2.2-i2v-flash", "480P", 5), Better("1080P", (5,))),
        (("wanx2.1-i2v-plus", "720P", 5), None),
        (("gone", "720P", 5), None),
    ],
)
def test_a_better_clip_has_its_models_best_quality_and_is_not_shorter(
    made: tuple[str | None, str, int], better: Better | None
) -> None:
    name, tier, seconds = made
    options = ClipOptions(model=name, resolution=tier, duration_seconds=seconds, seed=1)
    assert MENU.better(options) == better


def test_a_clip_is_not_better_for_being_of_less_quality_or_shorter() -> None:
    options = ClipOptions(resolution="1080P", duration_seconds=10, seed=1)
    assert MENU.better(options, ChannelRules(most_resolution="720P")) is None
    assert MENU.better(replace(options, resolution="720P"), ChannelRules(most_seconds=5)) is None


PREVIEW = PRESETS["preview"]


@pytest.mark.parametrize(
    ("own", "servers", "relation", "most"),
    [
        (PREVIEW, ChannelRules(), None, ("720P", 5)),
        (PREVIEW, ChannelRules(), Relation.AGAIN, ("720P", 5)),
        (PREVIEW, ChannelRules(), Relation.REMIX, ("720P", 5)),
        (PREVIEW, ChannelRules(), Relation.EXTEND, (None, 5)),
        (PREVIEW, ChannelRules(), Relation.FINAL, (None, None)),
        (ChannelRules(), PREVIEW, Relation.FINAL, (None, None)),
        (PREVIEW, PREVIEW, Relation.FINAL, (None, None)),
        (replace(PREVIEW, most_seconds=10), ChannelRules(), Relation.FINAL, (None, 10)),
        (replace(PREVIEW, preset=None), ChannelRules(), Relation.FINAL, ("720P", 5)),
        (replace(PREVIEW, preset="of another version"), ChannelRules(), Relation.FINAL, ("720P", 5)),
        (ChannelRules(most_seconds=15), PREVIEW, Relation.FINAL, (None, 15)),
        (PREVIEW, ChannelRules(most_resolution="1080P", most_seconds=10), Relation.FINAL, ("1080P", 10)),
        (PREVIEW, ChannelRules(most_resolution="480P", most_seconds=3), Relation.FINAL, ("720P", 5)),
    ],
)
def test_the_final_clip_may_exceed_what_a_preset_has_set_and_nothing_else(
    own: ChannelRules, servers: ChannelRules, relation: Relation | None, most: tuple[str | None, int | None]
) -> None:
    rules = rules_for(relation, {20: own, SERVER_WIDE: servers}, 20)
    assert (rules.most_resolution, rules.most_seconds) == most


def test_what_is_made_from_a_clip_goes_by_the_bounds_of_a_channel_and_not_by_what_is_usual_there() -> None:
    own = ChannelRules(allowed=True, models=("wan2.6-i2v",), seed=7, audio=False, template="flying", spoiler=True)
    every = {20: own, SERVER_WIDE: ChannelRules(resolution="480P", age_restricted=True)}
    for relation in Relation:
        rules = rules_for(relation, every, 20)
        assert rules == ChannelRules(allowed=True, models=("wan2.6-i2v",), spoiler=True, age_restricted=True)
    assert rules_for(None, every, 20) == own.over(every[SERVER_WIDE])
    assert rules_for(None, {}, 20) == ChannelRules()


@given(
    st.sampled_from([DASHSCOPE, SINANCODE]),
    st.builds(
        ChannelRules,
        most_resolution=st.none() | st.sampled_from(TIERS),
        most_seconds=st.none() | st.integers(2, 15),
        models=st.none() | st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple),
        model=st.none() | st.sampled_from(NAMES),
        duration_seconds=st.none() | st.integers(2, 15),
        resolution=st.none() | st.sampled_from(TIERS),
        audio=st.none() | st.booleans(),
        shots=st.none() | st.sampled_from(["single", "multi"]),
        template=st.none() | st.sampled_from(["flying", "melt"]),
    ),
    st.builds(
        Wish,
        model=st.none() | st.sampled_from(NAMES[:3]),
        duration_seconds=st.none() | st.sampled_from([2, 5, 10, 15]),
        resolution=st.none() | st.sampled_from(TIERS),
        shots=st.none() | st.sampled_from(["single", "multi"]),
    ),
)
def test_nothing_that_is_settled_is_beyond_the_rules_and_nothing_unsaid_is_refused_for_its_value(
    models: tuple[object, ...], rules: ChannelRules, wish: Wish
) -> None:
    menu = Menu(DASHSCOPE if models is DASHSCOPE else SINANCODE, Defaults())
    known = {model.name for model in menu.models}
    if wish.model not in known:
        wish = replace(wish, model=None)
    refused: str | None = None
    try:
        options, without_effect = menu.settle(wish, rules)
    except (NotHere, NotOffered) as refusal:
        refused = refusal.option
    if refused:
        said = {"duration": wish.duration_seconds, "resolution": wish.resolution, "shots": wish.shots}
        assert refused == "model" or said[refused] is not None
        return
    model = menu.model(options.model)
    assert options.duration_seconds in model.durations
    assert options.resolution in model.resolutions
    assert not rules.most_seconds or options.duration_seconds <= rules.most_seconds
    assert not rules.most_resolution or lines_of(options.resolution) <= lines_of(rules.most_resolution)
    assert not rules.models or model.name in rules.models
    assert set(without_effect) <= {NoEffect.SHOTS_WITHOUT_REWRITE}


@pytest.mark.parametrize(
    ("prices", "credits", "usd"),
    [
        (Prices({"480P": 1, "720P": 2, "1080P": 3}), 60, 3.0),
        (Prices({"480P": 1, "720P": 1, "1080P": 1}), 10, 1.5),  # the most that they can be spent on
        (Prices({"480P": 10, "720P": 20, "1080P": 30}), 1000, 5.0),
    ],
)
def test_credits_are_worth_what_the_dearest_clips_cost_at_list_price(prices: Prices, credits: int, usd: float) -> None:
    assert prices.usd(credits) == usd
