"""What is kept about one person? Every row of theirs in every table: never a hash, never a digest, nothing that opens anything."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    name: str
    email: str | None
    email_key: str | None
    email_proven_at: int | None
    disabled_at: int | None
    created_at: int
    language: str | None
    leaves_at: int | None
    is_admin: bool
    provisional_until: int | None


@dataclass(frozen=True, slots=True)
class Password:
    username: str
    username_key: str
    created_at: int
    changed_at: int | None


@dataclass(frozen=True, slots=True)
class Provider:
    provider: str
    identity: str
    issuer: str
    created_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    method: str
    browser: str
    address: str
    created_at: int
    expires_at: int
    last_seen_at: int
    confirmed_at: int
    ended_at: int | None
    end_reason: str | None
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    happened_at: int
    browser: str
    address: str
    session_id: str | None
    details: str


@dataclass(frozen=True, slots=True)
class Token:
    """A mailed code or link that still counts."""

    purpose: str
    email: str
    email_key: str
    tries: int
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Mail:
    template: str
    recipient: str
    language: str
    details: str
    created_at: int
    due_at: int
    tries: int
    sent_at: int | None
    dead_at: int | None


@dataclass(frozen=True, slots=True)
class Change:
    position: int
    kind: str
    before: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class Act:
    """What the team did to the account; not who of the team it was, which is theirs."""

    kind: str
    happened_at: int
    details: str


async def account(db: Database, user_id: str) -> list[Account]:
    return await db.all(
        Account,
        """
        SELECT id, name, email, email_key, email_proven_at, disabled_at, created_at, language, leaves_at,
               is_admin, provisional_until
          FROM users
         WHERE id = :user_id
        """,
        user_id=user_id,
    )


async def password(db: Database, user_id: str) -> list[Password]:
    return await db.all(
        Password,
        """
        SELECT username, username_key, created_at, changed_at
          FROM user_authentications
         WHERE user_id = :user_id
        """,
        user_id=user_id,
    )


async def providers(db: Database, user_id: str) -> list[Provider]:
    return await db.all(
        Provider,
        """
        SELECT provider, identity, issuer, created_at, used_at
          FROM user_oauths
         WHERE user_id = :user_id
         ORDER BY created_at, id
        """,
        user_id=user_id,
    )


async def sessions(db: Database, user_id: str) -> list[Session]:
    return await db.all(
        Session,
        """
        SELECT id, method, browser, address, created_at, expires_at, last_seen_at, confirmed_at,
               ended_at, end_reason, is_kept
          FROM sessions
         WHERE user_id = :user_id
         ORDER BY created_at DESC, id
        """,
        user_id=user_id,
    )


async def events(db: Database, user_id: str) -> list[Event]:
    return await db.all(
        Event,
        """
        SELECT kind, happened_at, browser, address, session_id, details
          FROM events
         WHERE user_id = :user_id
         ORDER BY happened_at DESC, id DESC
        """,
        user_id=user_id,
    )


async def tokens(db: Database, user_id: str) -> list[Token]:
    return await db.all(
        Token,
        """
        SELECT purpose, email, email_key, tries, created_at, expires_at
          FROM mailed_tokens
         WHERE user_id = :user_id
         ORDER BY created_at DESC, id
        """,
        user_id=user_id,
    )


async def mails(db: Database, user_id: str) -> list[Mail]:
    return await db.all(
        Mail,
        """
        SELECT template, recipient, language, details, created_at, due_at, tries, sent_at, dead_at
          FROM outbox
         WHERE user_id = :user_id
         ORDER BY created_at DESC, id
        """,
        user_id=user_id,
    )


async def changes(db: Database, user_id: str) -> list[Change]:
    return await db.all(
        Change,
        """
        SELECT position, kind, before, changed_at
          FROM changes
         WHERE user_id = :user_id
         ORDER BY position DESC
        """,
        user_id=user_id,
    )


async def acts(db: Database, user_id: str) -> list[Act]:
    return await db.all(
        Act,
        """
        SELECT kind, happened_at, details
          FROM acts
         WHERE subject_id = :user_id
         ORDER BY happened_at DESC, id DESC
        """,
        user_id=user_id,
    )
