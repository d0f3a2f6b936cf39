"""The folder of clips that are on their way: what each file is called, and when it goes."""

from collections.abc import Collection
from pathlib import Path

_SUFFIXES = (".mp4", ".parent.mp4", ".whole.mp4", ".fit.mp4", ".whole.fit.mp4")


class ClipFiles:
    """Names the files of a job; each begins with the job's id, by which the next start knows whose it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def result(self, job_id: str) -> Path:
        """What the provider made."""
        return self._folder / f"{job_id}.mp4"

    def parent(self, job_id: str) -> Path:
        """The clip that the result continues."""
        return self._folder / f"{job_id}.parent.mp4"

    def whole(self, job_id: str) -> Path:
        """That clip and the result joined."""
        return self._folder / f"{job_id}.whole.mp4"

    def fitted(self, film: Path) -> Path:
        """One of these made small enough to be posted."""
        return film.with_name(f"{film.stem}.fit.mp4")

    def has_fitted(self, job_id: str) -> bool:
        """Whether there is something of the job that was made smaller."""
        return any(self.fitted(film(job_id)).exists() for film in (self.result, self.whole))

    def remove(self, job_id: str) -> None:
        """Remove all files of a job."""
        for suffix in _SUFFIXES:
            (self._folder / f"{job_id}{suffix}").unlink(missing_ok=True)

    def tidy(self, needed: Collection[str]) -> None:
        """Remove what belongs to none of these jobs; for the start."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in self._folder.iterdir():
            if file.name.split(".")[0] not in needed:
                file.unlink()
