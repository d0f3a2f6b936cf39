"""Version 3: several takes from one order, clips made from clips, the way that each one goes, shares and votes."""

_OLD_JOB_COLUMNS = """
    id, interaction_id, guild_id, channel_id, home_channel_id, member_id, provider, state, kind, options, notes, frame,
    soundtrack, price, upload_limit_bytes, spoiler, status_message_id, status_settled, task_id, result_url,
    took_seconds, clip_message_id, failure, detail, created_at, submitting_at, running_at, ready_at, posting_at,
    ended_at, removed_at, removed_by, clip_gone
"""

# One interaction may be several jobs, so the table is rebuilt. The token of an interaction is kept only where a clip
# or a status can go no other way, and no longer than it can be used.
_JOBS = """
CREATE TABLE jobs_of_version_3 (
    id TEXT PRIMARY KEY,
    interaction_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    home_channel_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    installed TEXT NOT NULL DEFAULT 'server' CHECK (installed IN ('server', 'user')),
    private INTEGER NOT NULL DEFAULT 0,
    token TEXT,
    token_until INTEGER,
    provider TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('queued', 'submitting', 'running', 'ready', 'posting', 'done', 'failed', 'cancelled')),
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    notes TEXT NOT NULL,
    frame TEXT REFERENCES first_frames (sha256),
    soundtrack TEXT REFERENCES soundtracks (sha256),
    parent_id TEXT,
    relation TEXT CHECK (relation IN ('again', 'remix', 'final', 'extend')),
    batch_id TEXT,
    take INTEGER NOT NULL DEFAULT 1 CHECK (take > 0),
    price INTEGER NOT NULL CHECK (price > 0),
    upload_limit_bytes INTEGER NOT NULL,
    spoiler INTEGER NOT NULL DEFAULT 0,
    status_message_id INTEGER,
    status_settled INTEGER NOT NULL DEFAULT 0,
    task_id TEXT,
    result_url TEXT,
    took_seconds REAL,
    route TEXT CHECK (route IN ('channel', 'reply', 'direct')),
    fitted INTEGER NOT NULL DEFAULT 0,
    waits_since INTEGER,
    clip_message_id INTEGER,
    clip_channel_id INTEGER,
    failure TEXT,
    detail TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    submitting_at INTEGER,
    running_at INTEGER,
    ready_at INTEGER,
    posting_at INTEGER,
    ended_at INTEGER,
    removed_at INTEGER,
    removed_by INTEGER,
    clip_gone INTEGER NOT NULL DEFAULT 0,
    shared_at INTEGER,
    shared_by INTEGER,
    share_channel_id INTEGER,
    share_message_id INTEGER,
    UNIQUE (interaction_id, take)
) STRICT
"""

# Until now every clip went to the channel that it was asked in.
_JOBS_COPIED = f"""
INSERT INTO jobs_of_version_3 ({_OLD_JOB_COLUMNS}, route, clip_channel_id)
SELECT {_OLD_JOB_COLUMNS},
    CASE WHEN state IN ('posting', 'done') THEN CASE guild_id WHEN 0 THEN 'direct' ELSE 'channel' END END,
    CASE WHEN clip_message_id IS NOT NULL THEN channel_id END
FROM jobs
"""  # noqa: S608 - a constant above

_OPEN_OF_ACCOUNT = """
CREATE INDEX jobs_open_of_account ON jobs (guild_id, member_id) WHERE state NOT IN ('done', 'failed', 'cancelled')
"""

_JOBS_REBUILT = (
    _JOBS,
    _JOBS_COPIED,
    "DROP TABLE jobs",
    "ALTER TABLE jobs_of_version_3 RENAME TO jobs",
    "CREATE INDEX jobs_open ON jobs (state, created_at) WHERE state NOT IN ('done', 'failed', 'cancelled')",
    "CREATE INDEX jobs_unsettled ON jobs (status_settled) WHERE status_settled = 0",
    "CREATE INDEX jobs_of_member ON jobs (member_id, created_at)",
    "CREATE INDEX jobs_of_kind ON jobs (kind, ready_at)",
    "CREATE UNIQUE INDEX jobs_once_a_task ON jobs (task_id) WHERE task_id IS NOT NULL",
    "CREATE INDEX jobs_of_clip ON jobs (clip_message_id)",
    "CREATE INDEX jobs_of_status ON jobs (status_message_id)",
    "CREATE INDEX jobs_of_share ON jobs (share_message_id) WHERE share_message_id IS NOT NULL",
    "CREATE INDEX jobs_to_remove ON jobs (removed_at) WHERE removed_at IS NOT NULL AND clip_gone = 0",
    "CREATE INDEX jobs_of_guild ON jobs (guild_id, created_at)",
    "CREATE INDEX jobs_of_account ON jobs (guild_id, member_id, created_at)",
    _OPEN_OF_ACCOUNT,
    "CREATE INDEX jobs_of_frame ON jobs (frame)",
    "CREATE INDEX jobs_of_soundtrack ON jobs (soundtrack)",
    "CREATE UNIQUE INDEX jobs_of_batch ON jobs (batch_id, take) WHERE batch_id IS NOT NULL",
    "CREATE INDEX jobs_with_token ON jobs (token_until) WHERE token IS NOT NULL",
    "CREATE INDEX jobs_shared_by ON jobs (shared_by) WHERE shared_by IS NOT NULL",
)

_VOTES = """
CREATE TABLE votes (
    batch_id TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (batch_id, member_id)
) STRICT
"""

THIRD: tuple[str, ...] = (
    *_JOBS_REBUILT,
    _VOTES,
    "CREATE INDEX votes_of_member ON votes (member_id)",
    "CREATE INDEX votes_of_job ON votes (job_id)",
)
