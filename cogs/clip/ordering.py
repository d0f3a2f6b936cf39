"""Buttons that order one more clip: the same again, another one like it, the final one, what happens next."""

from collections.abc import Awaitable, Callable

import discord

from cogs.buttons import JOB_ID, KeyedButton
from cogs.clip.forms import ExtendForm, FinalForm, RemixForm
from cogs.clip.pressing import asking, clip_of, in_time
from cogs.counter import serve
from cogs.refusals import check_place
from cogs.rooms import rooms_of
from cogs.words import buttons
from engine import Asking, Job, Order, Wish

Sequel = Callable[[Asking], Awaitable[Order]]


class AgainButton(KeyedButton, kind="again", key=JOB_ID):
    """For everybody, at their own cost: the same with a new seed."""

    def __init__(self, key: str, label: str = buttons.AGAIN) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Order it."""
        job, sequels = await in_time(clip_of(interaction, self.key)), rooms_of(interaction).sequels
        await order(interaction, job, lambda by: sequels.again(job.id, by))


class RemixButton(KeyedButton, kind="remix", key=JOB_ID):
    """For everybody, at their own cost: the same picture with other words and options."""

    def __init__(self, key: str, label: str = buttons.REMIX) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Open the form with what this clip was made of."""
        sequels = rooms_of(interaction).sequels

        async def form() -> RemixForm:
            job = await clip_of(interaction, self.key)
            draft = await sequels.remix_form(job.id, await asking(interaction, job))
            return RemixForm(draft, submit)

        async def submit(sent: discord.Interaction, job: Job, wish: Wish) -> None:
            await order(sent, job, lambda by: sequels.remix(job.id, by, wish))

        await interaction.response.send_modal(await in_time(form()))


class FinalButton(KeyedButton, kind="final", key=JOB_ID):
    """For the clip's member and moderators: the same in the best quality."""

    def __init__(self, key: str, label: str = buttons.FINAL) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Open the form with the lengths."""
        sequels = rooms_of(interaction).sequels

        async def form() -> FinalForm:
            job = await clip_of(interaction, self.key)
            offer = await sequels.final_form(job.id, await asking(interaction, job))
            return FinalForm(offer, submit)

        async def submit(sent: discord.Interaction, job: Job, seconds: int) -> None:
            await order(sent, job, lambda by: sequels.final(job.id, by, seconds))

        await interaction.response.send_modal(await in_time(form()))


class ExtendButton(KeyedButton, kind="extend", key=JOB_ID):
    """For the clip's member and moderators: what happens next."""

    def __init__(self, key: str, label: str = buttons.EXTEND) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Open the form for words and length."""
        sequels = rooms_of(interaction).sequels

        async def form() -> ExtendForm:
            job = await clip_of(interaction, self.key)
            offer = await sequels.extend_form(job.id, await asking(interaction, job))
            return ExtendForm(offer, submit)

        async def submit(sent: discord.Interaction, job: Job, prompt: str | None, seconds: int) -> None:
            await order(sent, job, lambda by: sequels.extend(job.id, by, prompt, seconds))

        await interaction.response.send_modal(await in_time(form()))


async def order(interaction: discord.Interaction, job: Job, sequel: Sequel) -> None:
    """Order what comes of a clip, shown where it is asked for; rights are looked at anew."""
    engine = rooms_of(interaction).engine

    async def ordering() -> Job:
        check_place(interaction, private=job.private)
        return await engine.request(await sequel(await asking(interaction, job)))

    await serve(interaction, engine, ordering, private=job.private)
