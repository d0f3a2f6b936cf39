"""The Wan API behind one small protocol; the only room that talks HTTP to a provider."""

from client.catalogue import DASHSCOPE, SINANCODE, Model, model_named
from client.dashscope import REGIONS, DashScope
from client.errors import (
    Busy,
    DownloadFailed,
    InputRefused,
    LookupFailed,
    ModerationRefused,
    NotSent,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderBroken,
    ProviderError,
    Refused,
    ResultGone,
    ResultInward,
    ResultTooLarge,
    Unreachable,
)
from client.protocol import ListedTask, Provider, TaskReport, TaskState, Turn, VideoRequest
from client.sinancode import API_URL as SINANCODE_URL
from client.sinancode import FILES_URL as SINANCODE_FILES_URL
from client.sinancode import SinanCode

__all__ = [
    "DASHSCOPE",
    "REGIONS",
    "SINANCODE",
    "SINANCODE_FILES_URL",
    "SINANCODE_URL",
    "Busy",
    "DashScope",
    "DownloadFailed",
    "InputRefused",
    "ListedTask",
    "LookupFailed",
    "Model",
    "ModerationRefused",
    "NotSent",
    "OperatorNeeded",
    "OutcomeUnknown",
    "Provider",
    "ProviderBroken",
    "ProviderError",
    "Refused",
    "ResultGone",
    "ResultInward",
    "ResultTooLarge",
    "SinanCode",
    "TaskReport",
    "TaskState",
    "Turn",
    "Unreachable",
    "VideoRequest",
    "model_named",
]
