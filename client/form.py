"""A multipart form with one file, as stores of files take it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart form with one file, which comes last as some stores demand."""

    filename: str
    data: bytes = field(repr=False)
    media_type: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def files(self) -> dict[str, tuple[str, bytes, str]]:
        """The file as httpx takes it."""
        return {"file": (self.filename, self.data, self.media_type)}


def safe_filename(name: str) -> str:
    """The end of a name, in characters that no form, path or address minds."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-64:].strip("._-") or "file"
