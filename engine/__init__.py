"""The life of a job: request, wait, submit, poll, deliver, refund. Knows no Discord and no HTTP."""

from client import Model
from engine.credits import Account, Balance, Credits, Prices
from engine.engine import CancelOutcome, Engine, Limits, Stranded
from engine.menu import Defaults, Menu, NoEffect, NotOffered, UnknownModel, Wish
from engine.operator import Bell
from engine.order import NotAccepting, Order, Source
from engine.stage import ChannelClosed, ClipTooLarge, PostingError, PostRefused, Stage, StageDown
from engine.status import Status
from media.first_frame import (
    BadAspect,
    BadImage,
    DamagedImage,
    FileTooLarge,
    Mend,
    NotAnImage,
    TooManyPixels,
    UnsupportedImage,
)
from media.soundtrack import (
    BadSound,
    DamagedSound,
    SoundMend,
    SoundTooLarge,
    SoundTooShort,
    UnsupportedSound,
)
from storage import ClipOptions, Failure, Job, JobState, Meta, NotEnoughCredits

__all__ = [
    "Account",
    "BadAspect",
    "BadImage",
    "BadSound",
    "Balance",
    "Bell",
    "CancelOutcome",
    "ChannelClosed",
    "ClipOptions",
    "ClipTooLarge",
    "Credits",
    "DamagedImage",
    "DamagedSound",
    "Defaults",
    "Engine",
    "Failure",
    "FileTooLarge",
    "Job",
    "JobState",
    "Limits",
    "Mend",
    "Menu",
    "Meta",
    "Model",
    "NoEffect",
    "NotAccepting",
    "NotAnImage",
    "NotEnoughCredits",
    "NotOffered",
    "Order",
    "PostRefused",
    "PostingError",
    "Prices",
    "SoundMend",
    "SoundTooLarge",
    "SoundTooShort",
    "Source",
    "Stage",
    "StageDown",
    "Status",
    "Stranded",
    "TooManyPixels",
    "UnknownModel",
    "UnsupportedImage",
    "UnsupportedSound",
    "Wish",
]
