"""What a provider's error means for the job, for the member and for the operator."""

from client import InputRefused, ModerationRefused, OperatorNeeded, ProviderError
from storage import Failure


def failure_of(error: Exception | None) -> Failure:
    """Why a job fails that the provider refused, or could not finish."""
    match error:
        case ModerationRefused():
            return Failure.MODERATION
        case InputRefused():
            return Failure.INPUT_REFUSED
        case OperatorNeeded():
            return Failure.OPERATOR
        case _:
            return Failure.PROVIDER_FAILED


def matter_of(error: ProviderError) -> tuple[str, str]:
    """What the operator has to see to: its key, and the sentence."""
    return error.code or type(error).__name__, f"The video service refuses this bot's orders: {error}"


def detail_of(error: Exception | None) -> str:
    """The provider's own words, where they are about what the member sent."""
    return error.detail if isinstance(error, InputRefused) else ""
