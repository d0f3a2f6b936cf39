"""A member's own data: what they are handed, what goes when they ask for that, and what stays."""

from cogs.text import megabytes
from engine import Forgotten

QUESTION = """\
**Delete everything that I keep about you, in every server?** This cannot be undone.
**What goes:** your pictures and soundtracks, your prompts and options, the lists of your clips and credits, \
limits of your own that gave you more, and credits that moderators granted you and that are left.
**What stays:**
- Clips that I posted stay in their channels until they are deleted there. Press *Delete* below them first: \
afterwards I no longer know that they are yours.
- Amounts in the ledger stay, without you. What you have used of your present allowance is kept with your id until it \
has renewed, up to 32 days, and so is a limit of your own that it counts for: leaving gives nobody new credits.
- Limits of your own that are tighter than the others' stay until a moderator clears them, and your latest clip keeps \
your id while a cooldown counts from it: leaving is no way around them.
- A block in force stays until it ends, and so does what you did as a moderator.
-# For a copy, use `/privacy export` first."""

NOT_YOURS = "Only the member who asked for this can confirm it: use `/privacy delete` yourself. Nothing was deleted."


def exported(left_out: int, most_bytes: int) -> str:
    """The message with a member's data."""
    text = (
        "Here is what I keep about you, from every server: `data.json`, and the first frames and soundtracks that are "
        "still kept."
    )
    if left_out:
        files, them = ("1 file", "it") if left_out == 1 else (f"{left_out:,} files", "them")
        limit = f"Discord's limit of {megabytes(most_bytes)}"
        text += f" {files} did not fit into {limit}: please ask whoever runs this bot for {them}."
    return text


def too_large(size_bytes: int, most_bytes: int) -> str:
    return (
        f"Your data has {megabytes(size_bytes)}, and Discord takes {megabytes(most_bytes)} here: "
        "please ask whoever runs this bot for it."
    )


def under_way(count: int) -> str:
    clips = "1 clip that is" if count == 1 else f"{count:,} clips that are"
    return (
        f"You have {clips} under way: wait for the end, or cancel what waits in `/jobs`, then ask again. "
        "Nothing was deleted."
    )


def forgotten(what: Forgotten) -> str:
    """What was deleted."""
    clips = "1 clip" if what.jobs == 1 else f"{what.jobs:,} clips"
    entries = "1 entry" if what.entries == 1 else f"{what.entries:,} entries"
    done = f"Done: {clips} and {entries} of the ledger no longer name you, and what you sent for them is deleted."
    return f"{done} {_cooling(what.cooling)}" if what.cooling else done


def _cooling(count: int) -> str:
    latest = "Your latest clip keeps" if count == 1 else f"Your latest clips of {count:,} servers keep"
    counted = "it" if count == 1 else "them"
    return f"{latest} your id, and nothing else of you, until no cooldown counts from {counted} any more."
