"""What the Wan service says when it does not take a request."""

from __future__ import annotations


class InvalidRequestError(Exception):
    """A request the service refuses; the text is the friendly message, `code` and `status` are DashScope's."""

    def __init__(self, message: str, code: str = "InvalidParameter", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
