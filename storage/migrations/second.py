"""Version 2: limits in layers, budgets, servers and channels with settings, blocks, and the record of who did what."""

_OLD_JOB_COLUMNS = """
    id, interaction_id, guild_id, channel_id, member_id, provider, state, kind, options, notes, frame, soundtrack,
    price, upload_limit_bytes, status_message_id, status_settled, task_id, result_url, took_seconds, clip_message_id,
    failure, detail, created_at, submitting_at, running_at, ready_at, posting_at, ended_at
"""

# A first frame is kept for a while only, so a job can be without one. The home channel is what limits go by: a
# thread's is the channel that it is in.
_JOBS = """
CREATE TABLE jobs_of_version_2 (
    id TEXT PRIMARY KEY,
    interaction_id INTEGER NOT NULL UNIQUE,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    home_channel_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('queued', 'submitting', 'running', 'ready', 'posting', 'done', 'failed', 'cancelled')),
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    notes TEXT NOT NULL,
    frame TEXT REFERENCES first_frames (sha256),
    soundtrack TEXT REFERENCES soundtracks (sha256),
    price INTEGER NOT NULL CHECK (price > 0),
    upload_limit_bytes INTEGER NOT NULL,
    spoiler INTEGER NOT NULL DEFAULT 0,
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
    ended_at INTEGER,
    removed_at INTEGER,
    removed_by INTEGER,
    clip_gone INTEGER NOT NULL DEFAULT 0
) STRICT
"""

_JOBS_COPIED = f"""
INSERT INTO jobs_of_version_2 ({_OLD_JOB_COLUMNS}, home_channel_id)
SELECT {_OLD_JOB_COLUMNS}, channel_id FROM jobs
"""  # noqa: S608 - a constant above

# Every order counts these. A member's ended jobs, which may be thousands, are not looked at.
_OPEN_OF_ACCOUNT = """
CREATE INDEX jobs_open_of_account ON jobs (guild_id, member_id) WHERE state NOT IN ('done', 'failed', 'cancelled')
"""

_JOBS_REBUILT = (
    _JOBS,
    _JOBS_COPIED,
    "DROP TABLE jobs",
    "ALTER TABLE jobs_of_version_2 RENAME TO jobs",
    "CREATE INDEX jobs_open ON jobs (state, created_at) WHERE state NOT IN ('done', 'failed', 'cancelled')",
    "CREATE INDEX jobs_unsettled ON jobs (status_settled) WHERE status_settled = 0",
    "CREATE INDEX jobs_of_member ON jobs (member_id, created_at)",
    "CREATE INDEX jobs_of_kind ON jobs (kind, ready_at)",
    "CREATE UNIQUE INDEX jobs_once_a_task ON jobs (task_id) WHERE task_id IS NOT NULL",
    "CREATE INDEX jobs_of_clip ON jobs (clip_message_id)",
    "CREATE INDEX jobs_of_status ON jobs (status_message_id)",
    "CREATE INDEX jobs_to_remove ON jobs (removed_at) WHERE removed_at IS NOT NULL AND clip_gone = 0",
    "CREATE INDEX jobs_of_guild ON jobs (guild_id, created_at)",
    "CREATE INDEX jobs_of_account ON jobs (guild_id, member_id, created_at)",
    _OPEN_OF_ACCOUNT,
    "CREATE INDEX jobs_of_frame ON jobs (frame)",
    "CREATE INDEX jobs_of_soundtrack ON jobs (soundtrack)",
)

# One change is let through: a person leaves. The amounts stay, without the person, and outside of servers (guild 0)
# without the channel: a channel of direct messages is as good as a name.
_LEDGER_KEEPS = """
CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger WHEN NOT (
    NEW.member_id = 0
    AND NEW.actor_id IN (OLD.actor_id, 0)
    AND NEW.reason IN (OLD.reason, '')
    AND (NEW.interaction_id IS OLD.interaction_id OR NEW.interaction_id IS NULL)
    AND NEW.id = OLD.id
    AND NEW.guild_id = OLD.guild_id
    AND (NEW.home_channel_id IS OLD.home_channel_id OR OLD.guild_id = 0 AND NEW.home_channel_id IS 0)
    AND NEW.kind = OLD.kind
    AND NEW.allowance = OLD.allowance
    AND NEW.granted = OLD.granted
    AND NEW.job_id IS OLD.job_id
    AND NEW.made = OLD.made
    AND NEW.counts_at = OLD.counts_at
    AND NEW.created_at = OLD.created_at
) BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END
"""

# A refund of a clip that was made all the same gives the member their credits back, not the budgets: the video service
# was paid. The indexes hold what is summed: every order asks for these sums while others wait for their turn.
_LEDGER_GROWN = (
    "DROP TRIGGER ledger_keeps",
    "ALTER TABLE ledger ADD COLUMN home_channel_id INTEGER",
    "ALTER TABLE ledger ADD COLUMN made INTEGER NOT NULL DEFAULT 0",
    "UPDATE ledger SET home_channel_id = (SELECT home_channel_id FROM jobs WHERE jobs.id = ledger.job_id)",
    """
UPDATE ledger SET made = 1
WHERE kind = 'refund' AND (SELECT ready_at IS NOT NULL FROM jobs WHERE jobs.id = ledger.job_id)
""",
    _LEDGER_KEEPS,
    "DROP INDEX ledger_of_member",
    "CREATE INDEX ledger_of_member ON ledger (guild_id, member_id, counts_at, allowance, granted)",
    "CREATE INDEX ledger_of_guild ON ledger (guild_id, counts_at, kind, made, home_channel_id, allowance, granted)",
    "CREATE INDEX ledger_when ON ledger (counts_at, kind, made, allowance, granted)",
)

# A value of NULL is "unlimited". A cooldown is in seconds.
_LIMITS = """
CREATE TABLE limits (
    guild_id INTEGER NOT NULL,
    layer TEXT NOT NULL CHECK (layer IN ('everyone', 'role', 'member', 'channel', 'budget')),
    target_id INTEGER NOT NULL,
    rule TEXT NOT NULL CHECK (rule IN ('credits', 'at_once', 'cooldown')),
    value INTEGER CHECK (value >= 0),
    period TEXT CHECK (period IN ('day', 'week', 'month')),
    actor_id INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, layer, target_id, rule),
    CHECK (rule = 'credits' OR layer NOT IN ('channel', 'budget')),
    CHECK ((layer IN ('everyone', 'budget')) = (target_id = 0)),
    CHECK (rule = 'credits' OR period IS NULL),
    CHECK (rule <> 'credits' OR value IS NULL OR period IS NOT NULL)
) STRICT
"""

_LIMITS_OF_MEMBERS = """
INSERT INTO limits (guild_id, layer, target_id, rule, value, period, actor_id, set_at)
SELECT guild_id, 'member', member_id, 'credits', credits_per_day, 'day', actor_id, set_at FROM member_limits
"""

_SERVERS = """
CREATE TABLE servers (
    guild_id INTEGER PRIMARY KEY,
    settings TEXT NOT NULL DEFAULT '{}',
    pause TEXT,
    log_told INTEGER NOT NULL DEFAULT 0,
    notes_told INTEGER NOT NULL DEFAULT 0
) STRICT
"""

_CHANNELS = """
CREATE TABLE channels (
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    settings TEXT NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
) STRICT
"""

_BLOCKS = """
CREATE TABLE blocks (
    guild_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    until INTEGER,
    reason TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) STRICT
"""

_STRIKES = """
CREATE TABLE strikes (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    job_id TEXT UNIQUE,
    interaction_id INTEGER UNIQUE,
    created_at INTEGER NOT NULL
) STRICT
"""

_PHRASES = """
CREATE TABLE phrases (
    guild_id INTEGER NOT NULL,
    phrase TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, phrase)
) STRICT
"""

_AUDIT = """
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT
"""

# One change is let through here too: a person leaves, as the one it was done to, or as the maker of a clip, and with
# them the reason, which is about them. They are also left out as the one who did it where they did it to themselves;
# others who did it stay named.
_AUDIT_KEEPS = """
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit WHEN NOT (
    NEW.id = OLD.id
    AND NEW.guild_id = OLD.guild_id
    AND NEW.action = OLD.action
    AND NEW.target_kind = OLD.target_kind
    AND NEW.reason IN (OLD.reason, '')
    AND NEW.created_at = OLD.created_at
    AND CASE OLD.target_kind
        WHEN 'member' THEN
            NEW.target_id = '0'
            AND (NEW.before IS OLD.before OR NEW.before IS json_remove(OLD.before, '$.reason'))
            AND (NEW.after IS OLD.after OR NEW.after IS json_remove(OLD.after, '$.reason'))
            AND (NEW.actor_id = OLD.actor_id OR NEW.actor_id = 0 AND CAST(OLD.actor_id AS TEXT) = OLD.target_id)
        WHEN 'clip' THEN
            NEW.target_id = OLD.target_id
            AND NEW.before IS OLD.before
            AND NEW.after IS json_set(OLD.after, '$.member', '0')
            AND (NEW.actor_id = OLD.actor_id
                OR NEW.actor_id = 0 AND CAST(OLD.actor_id AS TEXT) IS json_extract(OLD.after, '$.member'))
        ELSE FALSE END
) BEGIN SELECT RAISE(ABORT, 'the record only grows'); END
"""

SECOND: tuple[str, ...] = (
    *_JOBS_REBUILT,
    *_LEDGER_GROWN,
    _LIMITS,
    _LIMITS_OF_MEMBERS,
    "DROP TABLE member_limits",
    _SERVERS,
    _CHANNELS,
    _BLOCKS,
    _STRIKES,
    "CREATE INDEX strikes_of_member ON strikes (guild_id, member_id, created_at)",
    _PHRASES,
    _AUDIT,
    "CREATE INDEX audit_of_guild ON audit (guild_id, id)",
    "CREATE INDEX audit_of_target ON audit (guild_id, target_id)",
    "CREATE INDEX audit_of_budget ON audit (guild_id, id) WHERE target_kind = 'budget'",
    _AUDIT_KEEPS,
    "CREATE TRIGGER audit_holds BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the record only grows'); END",
)
