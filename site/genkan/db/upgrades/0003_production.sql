-- In production: who looks after accounts, what they did, and who may sign up.
ALTER TABLE users ADD COLUMN is_admin BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX users_by_creation ON users (created_at, id);
CREATE INDEX users_by_email ON users (email_key);
CREATE INDEX users_by_admin ON users (id) WHERE is_admin;
-- Who may sign up where sign-up is by invitation. The link is not kept, what is here only recognises it.
CREATE TABLE invitations (
  id          TEXT PRIMARY KEY,
  link_hash   TEXT NOT NULL UNIQUE,
  note        TEXT NOT NULL,           -- for the team: whom it is for
  email       TEXT,                    -- where it was mailed to; NULL: nowhere, the link was handed over otherwise
  created_by  TEXT,                    -- users.id of an admin; NULL: by a command
  most        BIGINT NOT NULL,         -- accounts that may be made with it
  used        BIGINT NOT NULL,         -- accounts that were
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL
);
CREATE INDEX invitations_by_end ON invitations (expires_at);

-- What the team did to accounts, by page or by command; kept when the account is gone. Ids only, no name and no address of anybody's.
CREATE TABLE acts (
  id           TEXT PRIMARY KEY,
  actor_id     TEXT,                   -- users.id of the admin; NULL: a command
  kind         TEXT NOT NULL,          -- accounts/acts.py has the words
  subject_id   TEXT,                   -- users.id of the account that it was done to; NULL: to none in particular
  happened_at  BIGINT NOT NULL,
  address      TEXT NOT NULL,          -- of the admin's client; empty: a command
  details      TEXT NOT NULL           -- JSON: fixed words and counts
);
CREATE INDEX acts_by_age ON acts (happened_at, id);
CREATE INDEX acts_by_subject ON acts (subject_id, happened_at);

-- How many sessions are live and how many mails wait is read from indices alone.
DROP INDEX sessions_by_end;
CREATE INDEX sessions_by_end ON sessions (expires_at, ended_at);
DROP INDEX outbox_by_due;
CREATE INDEX outbox_by_due ON outbox (due_at, created_at) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_by_death ON outbox (dead_at) WHERE dead_at IS NOT NULL AND recipient <> '';
