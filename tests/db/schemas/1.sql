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
  created_at       BIGINT NOT NULL
);
-- A proven address belongs to one account; an unproven one to nobody.
CREATE UNIQUE INDEX users_by_proven_email ON users (email_key) WHERE email_proven_at IS NOT NULL;

-- Password login. One row a user, or none.
CREATE TABLE user_authentications (
  id            TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  username      TEXT NOT NULL,         -- as the person writes it: ASCII letters, digits, '.', '_', '-'
  username_key  TEXT NOT NULL UNIQUE,  -- in lower case: what is compared
  password      TEXT NOT NULL,         -- argon2id, PHC string
  created_at    BIGINT NOT NULL
);

-- Social login. (provider, identity) is the identity, never the address.
CREATE TABLE user_oauths (
  id            TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider      TEXT NOT NULL,         -- our name for it: google, github, …
  identity      TEXT NOT NULL,         -- the provider's own unchanging id of the person (OIDC sub), 1 to 255 ASCII
  issuer        TEXT NOT NULL,         -- who issued that id: another issuer under the same name is another person
  created_at    BIGINT NOT NULL,
  UNIQUE (provider, identity)
);
CREATE INDEX user_oauths_by_user ON user_oauths (user_id);

-- One row a login that is alive. The JWT's sid is its id: without the row the JWT is worth nothing.
CREATE TABLE sessions (
  id          TEXT PRIMARY KEY,
  user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  method      TEXT NOT NULL,           -- how the person came in: 'password', or the provider's name
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL          -- created_at + 172800
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- One row an OAuth attempt: taken once, by DELETE … RETURNING, within ten minutes.
CREATE TABLE oauth_attempts (
  state_hash     TEXT PRIMARY KEY,
  browser_hash   TEXT NOT NULL,        -- of the browser's own cookie: another browser cannot finish the attempt
  provider       TEXT NOT NULL,
  intent         TEXT NOT NULL,        -- signup or login
  next           TEXT NOT NULL,        -- where to go afterwards: a path on this site
  redirect_uri   TEXT NOT NULL,
  nonce          TEXT NOT NULL,
  code_verifier  TEXT NOT NULL,        -- RFC 7636; 43 to 128 characters
  created_at     BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL       -- created_at + 600
);
CREATE INDEX oauth_attempts_by_browser ON oauth_attempts (browser_hash, created_at);
CREATE INDEX oauth_attempts_by_end ON oauth_attempts (expires_at);

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

INSERT INTO schema_version (version, applied_at) VALUES (1, 0);
