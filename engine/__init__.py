"""The life of a job: request, wait, submit, poll, deliver, refund. Knows no Discord and no HTTP."""

from engine.credits import Account, Balance, Credits, Prices
from engine.engine import CancelOutcome, Engine, Limits
from engine.order import NotAccepting, Order
from engine.stage import ChannelClosed, ClipTooLarge, PostingError, Stage
from engine.status import Status
from media.first_frame import (
    BadImage,
    DamagedImage,
    FileTooLarge,
    Mend,
    NotAnImage,
    SideTooLarge,
    SideTooSmall,
    TooManyPixels,
    UnsupportedImage,
)
from storage import ClipOptions, Failure, Job, JobState, Meta, NotEnoughCredits

__all__ = [
    "Account",
    "BadImage",
    "Balance",
    "CancelOutcome",
    "ChannelClosed",
    "ClipOptions",
    "ClipTooLarge",
    "Credits",
    "DamagedImage",
    "Engine",
    "Failure",
    "FileTooLarge",
    "Job",
    "JobState",
    "Limits",
    "Mend",
    "Meta",
    "NotAccepting",
    "NotAnImage",
    "NotEnoughCredits",
    "Order",
    "PostingError",
    "Prices",
    "SideTooLarge",
    "SideTooSmall",
    "Stage",
    "Status",
    "TooManyPixels",
    "UnsupportedImage",
]
