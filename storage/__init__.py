"""What has to outlive the process: jobs, the ledger of credits and limits, in one SQLite file."""

from storage.database import Database, NewerDatabase, UnusableDatabase
from storage.job_store import JobStore, NotEnoughCredits
from storage.jobs import ClipOptions, Failure, FirstFrameImage, Job, JobState, NewJob, SoundtrackFile
from storage.ledger import Balance, Ledger, LedgerKind
from storage.lock import FolderInUse, FolderLock
from storage.meta import Meta

__all__ = [
    "Balance",
    "ClipOptions",
    "Database",
    "Failure",
    "FirstFrameImage",
    "FolderInUse",
    "FolderLock",
    "Job",
    "JobState",
    "JobStore",
    "Ledger",
    "LedgerKind",
    "Meta",
    "NewJob",
    "NewerDatabase",
    "NotEnoughCredits",
    "SoundtrackFile",
    "UnusableDatabase",
]
