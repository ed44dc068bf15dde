"""Who is a person here? The table `users`."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class User:
    """One account. email: a claim until `email_proven_at`, None where there is none; leaves_at: when it is purged."""

    id: str
    name: str
    email: str | None
    email_proven_at: int | None
    disabled_at: int | None
    language: str | None = None
    leaves_at: int | None = None


async def add(
    db: Database, *, id: str, name: str, email: str | None, email_key: str | None, email_proven_at: int | None, now: int
) -> str | None:
    """The new user's id, or None where the proven address belongs to another account already."""
    return await db.value(
        """
        INSERT INTO users (id, name, email, email_key, email_proven_at, created_at)
        VALUES (:id, :name, :email, :email_key, :email_proven_at, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        id=id,
        name=name,
        email=email,
        email_key=email_key,
        email_proven_at=email_proven_at,
        now=now,
    )


async def by_proven_email(db: Database, email_key: str) -> User | None:
    return await db.one(
        User,
        """
        SELECT id, name, email, email_proven_at, disabled_at, language, leaves_at
          FROM users
         WHERE email_key = :email_key AND email_proven_at IS NOT NULL
        """,
        email_key=email_key,
    )


async def by_id(db: Database, id: str) -> User | None:
    return await db.one(
        User,
        """
        SELECT id, name, email, email_proven_at, disabled_at, language, leaves_at
          FROM users
         WHERE id = :id
        """,
        id=id,
    )


async def held(db: Database, id: str) -> User | None:
    """The same, inside a transaction: until it ends, others that hold this user wait (PostgreSQL; on SQLite they do anyway)."""
    return await db.one(
        User,
        """
        UPDATE users
           SET name = name
         WHERE id = :id
        RETURNING id, name, email, email_proven_at, disabled_at, language, leaves_at
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
