"""What has to outlive the process, in one SQLite file: jobs, the ledger of credits, limits, and the record."""

from storage.admission import (
    Blocked,
    BudgetSpent,
    ChannelSpent,
    CoolingDown,
    NotAdmitted,
    NotEnoughCredits,
    ServerPaused,
    TooManyAtOnce,
)
from storage.audit import Action, AuditEntry, AuditStore
from storage.backup import BadCopy, copy_database
from storage.blocks import Block, BlockStore
from storage.channels import ChannelRules, ChannelStore
from storage.database import Database, NewerDatabase, UnusableDatabase
from storage.deeds import BOT, Changed, Deed
from storage.job_store import JobStore, Removal
from storage.jobs import (
    ClipOptions,
    Failure,
    FirstFrameImage,
    Installed,
    Job,
    JobState,
    NewJob,
    Relation,
    Route,
    SoundtrackFile,
)
from storage.ledger import Entry, Ledger, LedgerKind
from storage.limits import EVERYWHERE, Layer, Limit, LimitStore, Rule, in_force
from storage.lock import FolderInUse, FolderLock
from storage.meta import Meta
from storage.periods import Period, UnknownZone, window, zone_named
from storage.phrases import PhraseStore
from storage.privacy import Forgotten, JobsUnderWay, PrivacyStore
from storage.reports import DayFigures, Report, ReportStore, Share
from storage.restore import Restored, restore_database
from storage.servers import Pause, ServerSettings, ServerStore
from storage.shares import Sharing
from storage.standings import Account, Balance, Spending, Standing, Standings

__all__ = [
    "BOT",
    "EVERYWHERE",
    "Account",
    "Action",
    "AuditEntry",
    "AuditStore",
    "BadCopy",
    "Balance",
    "Block",
    "BlockStore",
    "Blocked",
    "BudgetSpent",
    "Changed",
    "ChannelRules",
    "ChannelSpent",
    "ChannelStore",
    "ClipOptions",
    "CoolingDown",
    "Database",
    "DayFigures",
    "Deed",
    "Entry",
    "Failure",
    "FirstFrameImage",
    "FolderInUse",
    "FolderLock",
    "Forgotten",
    "Installed",
    "Job",
    "JobState",
    "JobStore",
    "JobsUnderWay",
    "Layer",
    "Ledger",
    "LedgerKind",
    "Limit",
    "LimitStore",
    "Meta",
    "NewJob",
    "NewerDatabase",
    "NotAdmitted",
    "NotEnoughCredits",
    "Pause",
    "Period",
    "PhraseStore",
    "PrivacyStore",
    "Relation",
    "Removal",
    "Report",
    "ReportStore",
    "Restored",
    "Route",
    "Rule",
    "ServerPaused",
    "ServerSettings",
    "ServerStore",
    "Share",
    "Sharing",
    "SoundtrackFile",
    "Spending",
    "Standing",
    "Standings",
    "TooManyAtOnce",
    "UnknownZone",
    "UnusableDatabase",
    "copy_database",
    "in_force",
    "restore_database",
    "window",
    "zone_named",
]
