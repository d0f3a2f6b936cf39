"""Version 1: jobs with their files, the ledger, a limit for each member, and what the bot remembers about itself."""

_JOBS = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    interaction_id INTEGER NOT NULL UNIQUE,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('queued', 'submitting', 'running', 'ready', 'posting', 'done', 'failed', 'cancelled')),
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    notes TEXT NOT NULL,
    frame TEXT NOT NULL REFERENCES first_frames (sha256),
    soundtrack TEXT REFERENCES soundtracks (sha256),
    price INTEGER NOT NULL CHECK (price > 0),
    upload_limit_bytes INTEGER NOT NULL,
    status_message_id INTEGER,
    status_settled INTEGER NOT NULL DEFAULT 0,
    task_id TEXT,
    result_url TEXT,
    took_seconds REAL,
    clip_message_id INTEGER,
    failure TEXT,
    detail TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    submitting_at INTEGER,
    running_at INTEGER,
    ready_at INTEGER,
    posting_at INTEGER,
    ended_at INTEGER
) STRICT
"""

_FIRST_FRAMES = """
CREATE TABLE first_frames (
    sha256 TEXT PRIMARY KEY,
    jpeg BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT
"""

_SOUNDTRACKS = """
CREATE TABLE soundtracks (
    sha256 TEXT PRIMARY KEY,
    data BLOB NOT NULL,
    media_type TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT
"""

# A charge takes from the day's allowance first and from granted credits after that; the row says how much of each,
# so that a refund gives back the same. `counts_at` is the moment whose day the allowance part belongs to: a refund
# counts where its charge did.
_LEDGER = """
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('charge', 'refund', 'grant', 'adjustment')),
    allowance INTEGER NOT NULL,
    granted INTEGER NOT NULL,
    job_id TEXT REFERENCES jobs (id),
    interaction_id INTEGER UNIQUE,
    actor_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    counts_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK ((kind IN ('charge', 'refund')) = (job_id IS NOT NULL))
) STRICT
"""

_MEMBER_LIMITS = """
CREATE TABLE member_limits (
    guild_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    credits_per_day INTEGER NOT NULL CHECK (credits_per_day >= 0),
    actor_id INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) STRICT
"""

FIRST: tuple[str, ...] = (
    _FIRST_FRAMES,
    _SOUNDTRACKS,
    _JOBS,
    "CREATE INDEX jobs_open ON jobs (state, created_at) WHERE state NOT IN ('done', 'failed', 'cancelled')",
    "CREATE INDEX jobs_unsettled ON jobs (status_settled) WHERE status_settled = 0",
    "CREATE INDEX jobs_of_member ON jobs (member_id, created_at)",
    "CREATE INDEX jobs_of_kind ON jobs (kind, ready_at)",
    "CREATE UNIQUE INDEX jobs_once_a_task ON jobs (task_id) WHERE task_id IS NOT NULL",
    _LEDGER,
    "CREATE UNIQUE INDEX ledger_once_a_job ON ledger (job_id, kind) WHERE job_id IS NOT NULL",
    "CREATE INDEX ledger_of_member ON ledger (guild_id, member_id, counts_at)",
    "CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    "CREATE TRIGGER ledger_holds BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    _MEMBER_LIMITS,
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)
