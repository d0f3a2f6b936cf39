"""What the provider's error codes and HTTP statuses mean, in one table.

The codes are DashScope's, which SinanCode hands through in `error_code`. A rule ending in * holds for every code that
begins so; the first rule that fits counts.
"""

from enum import StrEnum

from client.errors import (
    Busy,
    InputRefused,
    ModerationRefused,
    NotSent,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderBroken,
    ProviderError,
    Refused,
)


class Meaning(StrEnum):
    """What an answer that is no success says about the task."""

    INPUT = "input"
    MODERATION = "moderation"
    OPERATOR = "operator"
    BUSY = "busy"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_CODES: tuple[tuple[str, Meaning], ...] = (
    ("DataInspectionFailed", Meaning.MODERATION),
    ("IPInfringementSuspect", Meaning.MODERATION),
    ("Arrearage", Meaning.OPERATOR),
    ("InvalidApiKey", Meaning.OPERATOR),
    ("AccessDenied*", Meaning.OPERATOR),
    ("AllocationQuota.FreeTierOnly", Meaning.OPERATOR),
    ("ModelNotFound", Meaning.OPERATOR),
    # Billing although the status is 429: waiting does not help.
    ("PrepaidBillOverdue", Meaning.OPERATOR),
    ("PostpaidBillOverdue", Meaning.OPERATOR),
    ("CommodityNotPurchased", Meaning.OPERATOR),
    ("Throttling*", Meaning.BUSY),
    ("InvalidParameter*", Meaning.INPUT),
    ("InvalidURL*", Meaning.INPUT),
    ("InvalidImage*", Meaning.INPUT),
    ("InvalidFile*", Meaning.INPUT),
    ("BadRequest*", Meaning.INPUT),
    ("InternalError*", Meaning.UNKNOWN),
    ("SystemError*", Meaning.UNKNOWN),
    ("RequestTimeOut*", Meaning.UNKNOWN),
    ("ModelServingError", Meaning.UNKNOWN),
    ("ModelUnavailable", Meaning.UNKNOWN),
)

# Where no code is known. 408 and the 3xx that may follow upon a deed done (303) leave the outcome open; the
# other redirects mean that the address in the settings is wrong, since a redirect is never followed.
_STATUSES: dict[int, Meaning] = {
    301: Meaning.OPERATOR,
    302: Meaning.OPERATOR,
    307: Meaning.OPERATOR,
    308: Meaning.OPERATOR,
    400: Meaning.INPUT,
    401: Meaning.OPERATOR,
    402: Meaning.OPERATOR,
    403: Meaning.OPERATOR,
    404: Meaning.OPERATOR,
    405: Meaning.OPERATOR,
    408: Meaning.UNKNOWN,
    410: Meaning.OPERATOR,
    413: Meaning.INPUT,
    415: Meaning.INPUT,
    422: Meaning.INPUT,
    429: Meaning.BUSY,
}

_REFUSALS: dict[Meaning, type[Refused]] = {
    Meaning.INPUT: InputRefused,
    Meaning.MODERATION: ModerationRefused,
    Meaning.OPERATOR: OperatorNeeded,
}


def meaning_of_code(code: str | None) -> Meaning | None:
    """The table's word on a code; None for one that it does not know."""
    if not code:
        return None
    return next((meaning for rule, meaning in _CODES if _fits(rule, code)), None)


def create_error(status: int, code: str | None, detail: str, retry_after_seconds: float | None) -> ProviderError:
    """What a create means that gave no task id."""
    meaning = _create_meaning(status, meaning_of_code(code))
    if meaning is Meaning.BUSY:
        return Busy(detail, code=code, retry_after_seconds=retry_after_seconds)
    if meaning is Meaning.UNKNOWN:
        return OutcomeUnknown(detail, code=code)
    return _REFUSALS.get(meaning, Refused)(detail, code=code)


def store_error(status: int, code: str | None, detail: str, retry_after_seconds: float | None) -> ProviderError:
    """What a file that was not taken means: as with a create, but nothing is paid, so nothing stays open."""
    error = create_error(status, code, detail, retry_after_seconds)
    return NotSent(detail, code=code) if isinstance(error, OutcomeUnknown) else error


def task_error(code: str | None, detail: str) -> Refused:
    """What a failed task means: nothing was made or billed, whatever the reason."""
    meaning = meaning_of_code(code) or Meaning.UNKNOWN
    return _REFUSALS.get(meaning, ProviderBroken)(detail, code=code)


def _create_meaning(status: int, of_code: Meaning | None) -> Meaning:
    # A gateway wraps anything into a 5xx, also the answer to a create that went through.
    if status >= 500:
        return Meaning.UNKNOWN
    if status < 300:
        # "Busy" would send it again, and for that a success without a task id is not certain enough.
        return of_code if of_code in _REFUSALS and of_code else Meaning.UNKNOWN
    if of_code is not None:
        return of_code
    return _STATUSES.get(status, Meaning.REFUSED if status >= 400 else Meaning.UNKNOWN)


def _fits(rule: str, code: str) -> bool:
    return code.startswith(rule[:-1]) if rule.endswith("*") else code == rule
