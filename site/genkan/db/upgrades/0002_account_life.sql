-- An account's life: mails, codes, devices, the log, what can be taken back.
ALTER TABLE users ADD COLUMN language TEXT;
ALTER TABLE users ADD COLUMN leaves_at BIGINT;
ALTER TABLE user_authentications ADD COLUMN changed_at BIGINT;
ALTER TABLE user_oauths ADD COLUMN used_at BIGINT;
ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN ended_at BIGINT;
ALTER TABLE sessions ADD COLUMN end_reason TEXT;
ALTER TABLE oauth_attempts ADD COLUMN session_id TEXT;
CREATE INDEX oauth_attempts_by_session ON oauth_attempts (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX users_by_leaving ON users (leaves_at) WHERE leaves_at IS NOT NULL;
-- One row a mailed code and link: single-use, bound to its purpose and address. Neither is kept: both are derived from the
-- id by a key of the secret, and what is here only recognises them.
CREATE TABLE mailed_tokens (
  id            TEXT PRIMARY KEY,
  purpose       TEXT NOT NULL,         -- accounts/mailed.py has the words
  user_id       TEXT REFERENCES users (id) ON DELETE CASCADE,  -- NULL: nobody's; asked for an address that has no account
  email         TEXT NOT NULL,         -- where it went
  email_key     TEXT NOT NULL,
  holder_hash   TEXT NOT NULL,         -- who may type the code: of the browser's own cookie, or of the user's id
  link_hash     TEXT NOT NULL UNIQUE,
  code_hash     TEXT NOT NULL,         -- keyed
  tries         BIGINT NOT NULL,       -- wrong codes so far
  change_id     TEXT,                  -- what the link undoes (changes.id), where it undoes
  created_at    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL
);
CREATE INDEX mailed_tokens_by_holder ON mailed_tokens (holder_hash, purpose);
CREATE INDEX mailed_tokens_by_user ON mailed_tokens (user_id);
CREATE INDEX mailed_tokens_by_end ON mailed_tokens (expires_at);

-- Mails that are to be sent: written with the change that causes them, sent afterwards, by any process.
CREATE TABLE outbox (
  id             TEXT PRIMARY KEY,
  user_id        TEXT REFERENCES users (id) ON DELETE CASCADE,
  template       TEXT NOT NULL,        -- templates/emails/{template}.html and .txt
  recipient      TEXT NOT NULL,
  language       TEXT NOT NULL,
  details        TEXT NOT NULL,        -- JSON: what the template shows; never a code or a link
  token_id       TEXT,                 -- mailed_tokens.id, where the mail carries a code or a link
  created_at     BIGINT NOT NULL,
  due_at         BIGINT NOT NULL,      -- when to try (again)
  tries          BIGINT NOT NULL,
  claimed_until  BIGINT NOT NULL,      -- a process is at it until then; 0: none
  sent_at        BIGINT,               -- kept in development only, for /dev/mail; elsewhere the row goes
  dead_at        BIGINT                -- when it was given up
);
CREATE INDEX outbox_by_due ON outbox (due_at) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_by_user ON outbox (user_id);
CREATE INDEX outbox_by_age ON outbox (created_at);

-- What happened to an account, for its person and for the team; 90 days.
CREATE TABLE events (
  id           TEXT PRIMARY KEY,
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind         TEXT NOT NULL,          -- accounts/events.py has the words
  happened_at  BIGINT NOT NULL,
  browser      TEXT NOT NULL,          -- as in sessions
  address      TEXT NOT NULL,
  session_id   TEXT,                   -- where a session did it
  details      TEXT NOT NULL           -- JSON: fixed words, names of providers, masked addresses
);
CREATE INDEX events_by_user ON events (user_id, happened_at);
CREATE INDEX events_by_age ON events (happened_at);

-- What was changed and can be taken back, for 72 hours: how it was before.
CREATE TABLE changes (
  id          TEXT PRIMARY KEY,
  user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  position    BIGINT NOT NULL,         -- 1, 2, 3 … of this user
  kind        TEXT NOT NULL,           -- accounts/changes.py has the words
  before      TEXT NOT NULL,           -- JSON
  changed_at  BIGINT NOT NULL,
  UNIQUE (user_id, position)
);
CREATE INDEX changes_by_age ON changes (changed_at);
