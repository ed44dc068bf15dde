-- Everything that is kept. One file for SQLite and PostgreSQL.
-- Ids are opaque text made by the application; times are unix seconds, UTC, in columns ending in _at.
-- Digests (columns ending in _hash) are SHA-256 in BASE64URL: what they stand for is never kept.

CREATE TABLE schema_version (
  version     BIGINT PRIMARY KEY,      -- the newest row tells where this database stands
  applied_at  BIGINT NOT NULL
);

-- Who the person is.
CREATE TABLE users (
  id               TEXT PRIMARY KEY,
  name             TEXT NOT NULL,      -- any script, 1 to 64 characters, as the person writes it
  email            TEXT,               -- as the person writes it; a claim until proven; NULL where none was given
  email_key        TEXT,               -- the same in the form that is compared (accounts/addresses.py)
  email_proven_at  BIGINT,             -- when the mailbox, or a provider that vouches for it, answered; NULL: a claim
  disabled_at      BIGINT,             -- when the team closed the account; NULL: open
  created_at       BIGINT NOT NULL,
  language         TEXT,               -- of mails: the one that the person read last; NULL: the default
  leaves_at        BIGINT,             -- when the account is purged, as its person asked; NULL: it stays
  is_admin         BOOLEAN NOT NULL DEFAULT FALSE  -- may look after everybody's accounts at /admin; set by a command alone
);
-- A proven address belongs to one account; an unproven one to nobody.
CREATE UNIQUE INDEX users_by_proven_email ON users (email_key) WHERE email_proven_at IS NOT NULL;
CREATE INDEX users_by_leaving ON users (leaves_at) WHERE leaves_at IS NOT NULL;
CREATE INDEX users_by_creation ON users (created_at, id);
CREATE INDEX users_by_email ON users (email_key);
CREATE INDEX users_by_admin ON users (id) WHERE is_admin;

-- Password login. One row a user, or none.
CREATE TABLE user_authentications (
  id            TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  username      TEXT NOT NULL,         -- as the person writes it: ASCII letters, digits, '.', '_', '-'
  username_key  TEXT NOT NULL UNIQUE,  -- in lower case: what is compared
  password      TEXT NOT NULL,         -- argon2id, PHC string; of an imported account its hash from elsewhere until the next login (accounts/foreign.py);
                                       -- '!' where it was taken back and no other is set yet
  created_at    BIGINT NOT NULL,
  changed_at    BIGINT                 -- when the password was changed last; NULL: never
);

-- Social login. (provider, identity) is the identity, never the address.
CREATE TABLE user_oauths (
  id            TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider      TEXT NOT NULL,         -- our name for it: google, github, …
  identity      TEXT NOT NULL,         -- the provider's own unchanging id of the person (OIDC sub), 1 to 255 ASCII
  issuer        TEXT NOT NULL,         -- who issued that id: another issuer under the same name is another person
  created_at    BIGINT NOT NULL,
  used_at       BIGINT,                -- the last login by it; NULL: none since it was added
  UNIQUE (provider, identity)
);
CREATE INDEX user_oauths_by_user ON user_oauths (user_id);

-- One row a login. The JWT's sid is its id: without the row, or with one that was ended, the JWT is worth nothing.
CREATE TABLE sessions (
  id            TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  method        TEXT NOT NULL,         -- how the person came in: 'password', or the provider's name
  created_at    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,       -- created_at + 172800
  last_seen_at  BIGINT NOT NULL DEFAULT 0,     -- within ten minutes; 0: not since the login
  confirmed_at  BIGINT NOT NULL DEFAULT 0,     -- when the person last showed that it is them
  browser       TEXT NOT NULL DEFAULT '',      -- as far as it says: 'Chrome, Windows'
  address       TEXT NOT NULL DEFAULT '',      -- of the client, when it logged in
  ended_at      BIGINT,                -- NULL: alive; a session that was ended from elsewhere stays, to say so
  end_reason    TEXT,                  -- why: accounts/session.py has the words
  is_kept       BOOLEAN NOT NULL DEFAULT TRUE  -- whether its cookie outlives the browser's window, as its person chose
);
CREATE INDEX sessions_by_user ON sessions (user_id, ended_at);
CREATE INDEX sessions_by_end ON sessions (expires_at, ended_at);

-- One row an OAuth attempt: taken once, by DELETE … RETURNING, within ten minutes.
CREATE TABLE oauth_attempts (
  state_hash     TEXT PRIMARY KEY,
  browser_hash   TEXT NOT NULL,        -- of the browser's own cookie: another browser cannot finish the attempt
  provider       TEXT NOT NULL,
  intent         TEXT NOT NULL,        -- signup, login, link or confirm
  next           TEXT NOT NULL,        -- where to go afterwards: a path on this site
  redirect_uri   TEXT NOT NULL,
  nonce          TEXT NOT NULL,
  code_verifier  TEXT NOT NULL,        -- RFC 7636; 43 to 128 characters
  created_at     BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL,      -- created_at + 600
  session_id     TEXT                  -- intents link and confirm: the session that asked; NULL for the others
);
CREATE INDEX oauth_attempts_by_browser ON oauth_attempts (browser_hash, created_at);
CREATE INDEX oauth_attempts_by_end ON oauth_attempts (expires_at);
CREATE INDEX oauth_attempts_by_session ON oauth_attempts (session_id) WHERE session_id IS NOT NULL;

-- An identity that is new here and waits for its person's answer; 15 minutes, bound to the browser.
CREATE TABLE waiting_identities (
  browser_hash    TEXT PRIMARY KEY,    -- of the waiting cookie
  provider        TEXT NOT NULL,
  identity        TEXT NOT NULL,
  issuer          TEXT NOT NULL,
  name            TEXT,                -- what the provider said, within our limits; NULL: nothing
  email           TEXT,
  email_verified  BOOLEAN NOT NULL,    -- whether the provider vouches for the address
  next            TEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL      -- created_at + 900
);
CREATE INDEX waiting_identities_by_end ON waiting_identities (expires_at);

-- Counts in windows: failed logins by account and by client address, sign-ups by client address.
CREATE TABLE throttle (
  id          TEXT PRIMARY KEY,        -- a keyed digest: no name and no address can be read from it
  count       BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL          -- the end of the window
);
CREATE INDEX throttle_by_end ON throttle (expires_at);

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
CREATE INDEX outbox_by_due ON outbox (due_at, created_at) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_by_death ON outbox (dead_at) WHERE dead_at IS NOT NULL AND recipient <> '';
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

INSERT INTO schema_version (version, applied_at) VALUES (3, 0);
