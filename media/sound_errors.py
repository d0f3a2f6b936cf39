"""Why a file can't be a clip's soundtrack, with the facts that a sentence to the member needs."""


class BadSound(Exception):
    """The file can't be used as a soundtrack."""


class NotSound(BadSound):
    """There is no sound in the file, whatever it is called."""


class UnsupportedSound(BadSound):
    """Sound of a kind that is not read; `format` is its common name."""

    def __init__(self, format: str) -> None:  # noqa: A002 - the attribute's name, which callers read
        super().__init__(f"{format} is not supported")
        self.format = format


class DamagedSound(BadSound):
    """The file starts like sound, but can't be decoded to its end."""


class SoundTooShort(BadSound):
    """Less sound than the video service takes."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.2f} s")
        self.seconds = seconds


class SoundTooLarge(BadSound):
    """The file has more bytes than are looked at."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"{size_bytes} bytes")
        self.size_bytes = size_bytes
