"""Who is a person here? The table `users`."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class User:
    """One account. email: a claim until `email_proven_at`, None where there is none; leaves_at: when it is purged.

    provisional_until: when it goes since nobody was let in to it yet; None: it stays.
    """

    id: str
    name: str
    email: str | None
    email_proven_at: int | None
    disabled_at: int | None
    language: str | None = None
    leaves_at: int | None = None
    provisional_until: int | None = None


async def add(
    db: Database,
    *,
    id: str,
    name: str,
    email: str | None,
    email_key: str | None,
    email_proven_at: int | None,
    now: int,
    provisional_until: int | None = None,
) -> str | None:
    """The new user's id, or None where the proven address belongs to another account already."""
    return await db.value(
        """
        INSERT INTO users (id, name, email, email_key, email_proven_at, created_at, provisional_until)
        VALUES (:id, :name, :email, :email_key, :email_proven_at, :now, :provisional_until)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        id=id,
        name=name,
        email=email,
        email_key=email_key,
        email_proven_at=email_proven_at,
        now=now,
        provisional_until=provisional_until,
    )


async def arrived(db: Database, id: str, *, language: str) -> User | None:
    """Who logs in now, and the language that they read; until the transaction ends nobody else changes their row."""
    return await db.one(
        User,
        """
        UPDATE users
           SET language = COALESCE(language, :language)
         WHERE id = :id
        RETURNING id, name, email, email_proven_at, disabled_at, language, leaves_at, provisional_until
        """,
        id=id,
        language=language,
    )


async def by_proven_email(db: Database, email_key: str) -> User | None:
    return await db.one(
        User,
        """
        SELECT id, name, email, email_proven_at, disabled_at, language, leaves_at, provisional_until
          FROM users
         WHERE email_key = :email_key AND email_proven_at IS NOT NULL
        """,
        email_key=email_key,
    )


async def by_id(db: Database, id: str) -> User | None:
    return await db.one(
        User,
        """
        SELECT id, name, email, email_proven_at, disabled_at, language, leaves_at, provisional_until
          FROM users
         WHERE id = :id
        """,
        id=id,
    )


@dataclass(frozen=True, slots=True)
class Due:
    id: str


async def leave(db: Database, id: str, *, leaves_at: int) -> User | None:
    """Let an account be purged at a time; one that is leaving already keeps its own."""
    return await db.one(
        User,
        """
        UPDATE users
           SET leaves_at = COALESCE(leaves_at, :leaves_at)
         WHERE id = :id
        RETURNING id, name, email, email_proven_at, disabled_at, language, leaves_at, provisional_until
        """,
        id=id,
        leaves_at=leaves_at,
    )


async def stay(db: Database, id: str, *, leaves_at: int | None) -> str | None:
    """The account stays after all; None where it was not leaving at that time (any more)."""
    return await db.value(
        """
        UPDATE users
           SET leaves_at = NULL
         WHERE id = :id AND leaves_at = :leaves_at
        RETURNING id
        """,
        id=id,
        leaves_at=leaves_at,
    )


async def due(db: Database, *, now: int, most: int) -> list[Due]:
    """Whose time has come."""
    return await db.all(
        Due,
        """
        SELECT id
          FROM users
         WHERE leaves_at <= :now
         LIMIT :most
        """,
        now=now,
        most=most,
    )


async def purge(db: Database, id: str, *, now: int) -> str | None:
    """Remove a user whose time has come, and by cascade whatever is theirs."""
    return await db.value(
        """
        DELETE FROM users
         WHERE id = :id AND leaves_at <= :now
        RETURNING id
        """,
        id=id,
        now=now,
    )


async def held(db: Database, id: str) -> User | None:
    """The same, inside a transaction: until it ends, others that hold this user wait (PostgreSQL; on SQLite they do anyway)."""
    return await db.one(
        User,
        """
        UPDATE users
           SET name = name
         WHERE id = :id
        RETURNING id, name, email, email_proven_at, disabled_at, language, leaves_at, provisional_until
        """,
        id=id,
    )


async def rename(db: Database, *, id: str, name: str) -> None:
    await db.run(
        """
        UPDATE users
           SET name = :name
         WHERE id = :id
        """,
        id=id,
        name=name,
    )


async def choose_language(db: Database, *, id: str, language: str) -> None:
    await db.run(
        """
        UPDATE users
           SET language = :language
         WHERE id = :id
        """,
        id=id,
        language=language,
    )


async def call_off_leaving(db: Database, id: str) -> None:
    """Whoever was leaving is not any more."""
    await db.run(
        """
        UPDATE users
           SET leaves_at = NULL
         WHERE id = :id
        """,
        id=id,
    )


async def put_back_email(
    db: Database, *, id: str, email: str | None, email_key: str | None, email_proven_at: int | None
) -> None:
    """The address as it was; only a claim where it is proven on another account by now. Raises UniqueViolation (a race)."""
    await db.run(
        """
        UPDATE users
           SET email = :email,
               email_key = :email_key,
               email_proven_at = CASE
                   WHEN EXISTS (SELECT 1
                                  FROM users AS others
                                 WHERE others.email_key = :email_key
                                   AND others.email_proven_at IS NOT NULL
                                   AND others.id <> :id) THEN NULL
                   ELSE CAST(:email_proven_at AS BIGINT)
               END
         WHERE id = :id
        """,
        id=id,
        email=email,
        email_key=email_key,
        email_proven_at=email_proven_at,
    )


async def claim(db: Database, *, id: str, email: str, email_key: str, language: str) -> User | None:
    """Note the address that somebody wants to prove: a claim gives way to it, a proven address stays until it is proven."""
    return await db.one(
        User,
        """
        UPDATE users
           SET email = CASE WHEN email_proven_at IS NULL THEN :email ELSE email END,
               email_key = CASE WHEN email_proven_at IS NULL THEN :email_key ELSE email_key END,
               language = COALESCE(language, :language)
         WHERE id = :id
        RETURNING id, name, email, email_proven_at, disabled_at, language, leaves_at, provisional_until
        """,
        id=id,
        email=email,
        email_key=email_key,
        language=language,
    )


async def prove(db: Database, *, id: str, email: str, email_key: str, now: int) -> str | None:
    """The mailbox of the address has answered: the user's id; None where the claim is another by now, or the address another's.

    Raises UniqueViolation where another account proves it at the same moment.
    """
    return await db.value(
        """
        UPDATE users
           SET email = :email, email_key = :email_key, email_proven_at = :now, provisional_until = NULL
         WHERE id = :id
           AND (email_key = :email_key) = (email_proven_at IS NULL)
           AND NOT EXISTS (SELECT 1 FROM users AS others
                            WHERE others.email_key = :email_key AND others.email_proven_at IS NOT NULL)
        RETURNING id
        """,
        id=id,
        email=email,
        email_key=email_key,
        now=now,
    )
