"""Where messages are, as addresses that Discord opens."""

from engine import Installed, Job


def clip_link(job: Job, message_id: int | None = None, channel_id: int | None = None) -> str:
    """The address of a job's clip, or of the message of its batch that is named; blank where it has none.

    What only its member sees has no address, and of a server that the bot is not in it does not know it.
    """
    message_id, channel_id = message_id or job.clip_message_id, channel_id or job.clip_channel_id
    if not message_id or not channel_id:
        return ""
    if channel_id != job.channel_id:
        return _address("@me", channel_id, message_id)
    return _here(job, message_id)


def status_link(job: Job) -> str:
    """The address of a job's status message; blank where it has none."""
    return _here(job, job.status_message_id) if job.status_message_id else ""


def _here(job: Job, message_id: int) -> str:
    if job.installed is Installed.USER or (job.private and job.guild_id):
        return ""
    return _address(str(job.guild_id or "@me"), job.channel_id, message_id)


def _address(where: str, channel_id: int, message_id: int) -> str:
    return f"https://discord.com/channels/{where}/{channel_id}/{message_id}"
