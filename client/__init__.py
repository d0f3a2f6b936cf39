"""The Wan API behind one small protocol; the only room that talks HTTP to a provider."""

from client.errors import (
    Busy,
    DownloadFailed,
    InputRefused,
    LookupFailed,
    ModerationRefused,
    NotSent,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderError,
    Refused,
    ResultGone,
    ResultTooLarge,
    Unreachable,
)
from client.protocol import Provider, TaskReport, TaskState, VideoRequest
from client.sinancode import SinanCode

__all__ = [
    "Busy",
    "DownloadFailed",
    "InputRefused",
    "LookupFailed",
    "ModerationRefused",
    "NotSent",
    "OperatorNeeded",
    "OutcomeUnknown",
    "Provider",
    "ProviderError",
    "Refused",
    "ResultGone",
    "ResultTooLarge",
    "SinanCode",
    "TaskReport",
    "TaskState",
    "Unreachable",
    "VideoRequest",
]
