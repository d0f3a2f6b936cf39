"""The fields of a clip as a form, filled in with what is usual or with what another clip was made of."""

import discord
from discord import ui

from cogs.telling import Form, written
from engine import ClipOptions, Model, Wish

_FEWEST_IN_GROUP, _MOST_IN_GROUP = 2, 10  # Discord's bounds for a radio group

_OPEN_SECONDS = 30 * 60
"""A form that is left open longer is forgotten: discord.py keeps each until it is sent."""

Choice = ui.RadioGroup["ClipForm"] | ui.Select["ClipForm"]


class ClipForm(Form):
    """Prompt, length, quality and sound. What the model leaves no choice of has no field.

    A form of its own is a subclass that says what happens with `wish()` in `on_submit`.
    """

    def __init__(self, model: Model, filled: ClipOptions, *, title: str | None = None) -> None:
        """Show the fields of the model with the values of `filled`, where the model has them."""
        super().__init__(**({"title": title} if title else {}), timeout=_OPEN_SECONDS)
        self._prompt: ui.TextInput[ClipForm] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=model.prompt_characters,
            default=(filled.prompt or "")[: model.prompt_characters] or None,
        )
        self._length = choice({str(one): f"{one} seconds" for one in model.durations}, str(filled.duration_seconds))
        self._quality = choice({tier: tier for tier in model.resolutions}, filled.resolution)
        self._sound: ui.Checkbox[ClipForm] | None = ui.Checkbox(default=filled.audio) if model.audio_flag else None
        self.before()
        self.add_item(ui.Label(text="What should happen", component=self._prompt))
        for text, component in (("Length", self._length), ("Quality", self._quality), ("With sound", self._sound)):
            if component is not None:
                self.add_item(ui.Label(text=text, component=component))

    def before(self) -> None:
        """Add the fields that come first; Discord shows five in all."""

    def wish(self) -> Wish:
        """What was filled in."""
        length, quality = chosen(self._length), chosen(self._quality)
        return Wish(
            prompt=written(self._prompt) or None,
            duration_seconds=int(length) if length else None,
            resolution=quality,
            audio=self._sound.value if self._sound else None,
        )


def choice(labels: dict[str, str], usual: str) -> Choice | None:
    """A field to choose one of these values, with the usual one chosen; none where there is nothing to choose."""
    if len(labels) < _FEWEST_IN_GROUP:
        return None
    chosen_first = usual if usual in labels else next(iter(labels))
    if len(labels) <= _MOST_IN_GROUP:
        return ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label=label, value=value, default=value == chosen_first)
                for value, label in labels.items()
            ]
        )
    return ui.Select(
        options=[
            discord.SelectOption(label=label, value=value, default=value == chosen_first)
            for value, label in labels.items()
        ]
    )


def chosen(field: Choice | None) -> str | None:
    """The value that was chosen, where there was a choice."""
    if isinstance(field, ui.RadioGroup):
        return field.value
    return field.values[0] if field else None
