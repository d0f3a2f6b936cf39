"""What can go wrong at the provider, sorted by what it means for the money and for the next step."""

# ProviderError
#   Refused                the provider said no: nothing was made, nothing is billed
#     InputRefused         the member's picture or words
#     ModerationRefused    content inspection; the same input is never sent again
#     OperatorNeeded       key, balance, access, model: only the operator can mend it
#     ProviderBroken       a task that failed at the provider, for no reason of ours
#   NotSent                surely not created, so it may be sent again
#     Busy                 too many requests or tasks
#     Unreachable          no connection; nothing went out
#   OutcomeUnknown         a create whose fate is not known; never sent again by itself
#   LookupFailed           a query that told nothing; ask again
#   DownloadFailed         the result could not be fetched; may be tried again
#     ResultGone           the result's address has expired
#       ResultInward       it points at this machine or its network, and is not connected to
#     ResultTooLarge       the result is larger than asked for

from client.scrub import clean


class ProviderError(Exception):
    """`code` is the provider's own word for it, `detail` its friendly text. Both are scrubbed; both may be missing."""

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        self.code = (clean(code) or None) if code else None
        self.detail = clean(detail)
        super().__init__(": ".join(part for part in (self.code, self.detail) if part) or type(self).__name__)


class Refused(ProviderError):
    """The provider said no, or the task failed there: nothing was made and nothing is billed."""


class InputRefused(Refused):
    """The member's picture, words or options were not accepted."""


class ModerationRefused(Refused):
    """Content inspection said no. The same input is never sent again."""


class OperatorNeeded(Refused):
    """Key, balance, access or model: nothing a member could do about it."""


class ProviderBroken(Refused):
    """The task failed at the provider, by its own fault or without a reason given: the same may work later."""


class NotSent(ProviderError):
    """Surely not created, or not paid for: it may be sent again."""


class Busy(NotSent):
    """Turned away for now; `retry_after_seconds` is what the provider asked for, if it did."""

    def __init__(self, detail: str = "", *, code: str | None = None, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after_seconds = retry_after_seconds


class Unreachable(NotSent):
    """No connection came about, so nothing went out."""


class OutcomeUnknown(ProviderError):
    """The create went out and what became of it is not known: there may be a task that will be billed."""


class LookupFailed(ProviderError):
    """A query that told nothing about the task; `retry_after_seconds` is what the provider asked for, if it did."""

    def __init__(self, detail: str = "", *, code: str | None = None, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after_seconds = retry_after_seconds


class DownloadFailed(ProviderError):
    """The result could not be fetched or kept this time."""


class ResultGone(DownloadFailed):
    """The result's address answers no more; a new lookup may give a new one."""


class ResultInward(ResultGone):
    """The result's address points at this machine or its network, where no result can be: nothing was connected."""


class ResultTooLarge(DownloadFailed):
    """The result has more than `limit_bytes` bytes."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The result is larger than {limit_bytes} bytes.")
        self.limit_bytes = limit_bytes
