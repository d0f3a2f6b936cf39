"""The forms that buttons below a clip open: Remix, Final and Extend."""

from collections.abc import Awaitable, Callable

import discord
from discord import ui

from cogs.clip_form import ClipForm, choice, chosen
from cogs.telling import Form, written
from cogs.words import buttons
from engine import Choice, Draft, Job, Offer, Wish

_OPEN_SECONDS = 30 * 60
"""A form that is left open longer is forgotten: discord.py keeps each until it is sent."""


class RemixForm(ClipForm, title=buttons.REMIX):
    """A clip's prompt and options, to be changed."""

    def __init__(self, draft: Draft, submit: Callable[[discord.Interaction, Job, Wish], Awaitable[None]]) -> None:
        super().__init__(draft.model, draft.options)
        self._job = draft.job
        self._submit = submit

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Order what was filled in."""
        await self._submit(interaction, self._job, self.wish())


class LengthForm(Form):
    """How long a clip is to be, each length with its price; where there is one only, that is said."""

    def __init__(self, offer: Offer, explained: Callable[[Choice | None], str]) -> None:
        super().__init__(timeout=_OPEN_SECONDS)
        self._offer = offer
        labels = {str(one.seconds): buttons.choice(one) for one in offer.choices}
        self._length = choice(labels, str(offer.usual_seconds))
        self.add_item(ui.TextDisplay(explained(None if self._length else offer.choices[0])))
        self.before()
        if self._length:
            self.add_item(ui.Label(text=buttons.LENGTH, component=self._length))

    def before(self) -> None:
        """Add what is asked before the length."""

    @property
    def seconds(self) -> int:
        """The length that was chosen."""
        length = chosen(self._length)
        return int(length) if length else self._offer.choices[0].seconds


class FinalForm(LengthForm, title=buttons.FINAL):
    """The same clip in the best quality of its model."""

    def __init__(self, offer: Offer, submit: Callable[[discord.Interaction, Job, int], Awaitable[None]]) -> None:
        super().__init__(offer, lambda only: buttons.final_form(offer.resolution, only))
        self._submit = submit

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Order it in the length that was chosen."""
        await self._submit(interaction, self._offer.job, self.seconds)


class ExtendForm(LengthForm, title=buttons.EXTEND):
    """What happens after a clip."""

    def __init__(
        self, offer: Offer, submit: Callable[[discord.Interaction, Job, str | None, int], Awaitable[None]]
    ) -> None:
        self._prompt: ui.TextInput[ExtendForm] = ui.TextInput(
            style=discord.TextStyle.paragraph, required=False, max_length=offer.model.prompt_characters
        )
        super().__init__(offer, buttons.extend_form)
        self._submit = submit

    def before(self) -> None:
        """The words come first."""
        words = ui.Label(text=buttons.WHAT_NEXT, description=buttons.WHAT_NEXT_HINT, component=self._prompt)
        self.add_item(words)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Order what was filled in."""
        await self._submit(interaction, self._offer.job, written(self._prompt) or None, self.seconds)
