"""Why a picture can't be a first frame, with the facts that a sentence to the member needs."""


class BadImage(Exception):
    """The picture can't be used as a first frame."""


class NotAnImage(BadImage):
    """The bytes are no picture at all, whatever the file is called."""


class UnsupportedImage(BadImage):
    """A picture or a film of a kind that the video service does not take; `format` is its common name."""

    def __init__(self, format: str) -> None:  # noqa: A002 - the attribute's name, which callers read
        super().__init__(f"{format} is not supported")
        self.format = format


class DamagedImage(BadImage):
    """The picture starts well, but can't be decoded to its end."""


class _WrongSize(BadImage):
    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width} × {height}")
        self.width = width
        self.height = height


class TooManyPixels(_WrongSize):
    """So many pixels that it was refused from its header, without being decoded."""


class BadAspect(_WrongSize):
    """So long and thin that no scaling brings both sides within the service's limits."""


class FileTooLarge(BadImage):
    """The file has more bytes than are looked at."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"{size_bytes} bytes")
        self.size_bytes = size_bytes
