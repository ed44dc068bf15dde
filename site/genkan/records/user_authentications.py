"""Who logs in by password? The table `user_authentications`."""

from dataclasses import dataclass
from typing import Final

from genkan.db import Database

UNUSABLE: Final = "!"  # in place of a hash, where a password was taken back: it is nobody's


@dataclass(frozen=True, slots=True)
class Authentication:
    """What a password login needs, from this table and its user. password: argon2id, PHC string."""

    user_id: str
    username: str
    password: str
    disabled_at: int | None


@dataclass(frozen=True, slots=True)
class Own:
    """A person's own username and password. password: a hash, or UNUSABLE."""

    username: str
    password: str

    @property
    def is_usable(self) -> bool:
        return self.password != UNUSABLE


async def add(
    db: Database, *, id: str, user_id: str, username: str, username_key: str, password: str, now: int
) -> str | None:
    """The new row's id, or None where the username is taken."""
    return await db.value(
        """
        INSERT INTO user_authentications (id, user_id, username, username_key, password, created_at)
        VALUES (:id, :user_id, :username, :username_key, :password, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        id=id,
        user_id=user_id,
        username=username,
        username_key=username_key,
        password=password,
        now=now,
    )


async def by_username(db: Database, username_key: str) -> Authentication | None:
    return await db.one(
        Authentication,
        """
        SELECT user_authentications.user_id, user_authentications.username,
               user_authentications.password, users.disabled_at
          FROM user_authentications
          JOIN users ON users.id = user_authentications.user_id
         WHERE user_authentications.username_key = :username_key
        """,
        username_key=username_key,
    )


async def by_proven_email(db: Database, email_key: str) -> Authentication | None:
    return await db.one(
        Authentication,
        """
        SELECT user_authentications.user_id, user_authentications.username,
               user_authentications.password, users.disabled_at
          FROM users
          JOIN user_authentications ON user_authentications.user_id = users.id
         WHERE users.email_key = :email_key AND users.email_proven_at IS NOT NULL
        """,
        email_key=email_key,
    )


async def of_user(db: Database, user_id: str) -> Authentication | None:
    return await db.one(
        Authentication,
        """
        SELECT user_authentications.user_id, user_authentications.username,
               user_authentications.password, users.disabled_at
          FROM user_authentications
          JOIN users ON users.id = user_authentications.user_id
         WHERE user_authentications.user_id = :user_id
        """,
        user_id=user_id,
    )


async def is_taken(db: Database, username_key: str) -> bool:
    found = await db.value(
        """
        SELECT 1
          FROM user_authentications
         WHERE username_key = :username_key
        """,
        username_key=username_key,
    )
    return found is not None


async def upgrade(db: Database, *, user_id: str, old: str, new: str) -> None:
    """Put a stronger hash of the same password in place, unless the password was changed in the meantime."""
    await db.run(
        """
        UPDATE user_authentications
           SET password = :new
         WHERE user_id = :user_id AND password = :old
        """,
        user_id=user_id,
        old=old,
        new=new,
    )


async def own(db: Database, user_id: str) -> Own | None:
    return await db.one(
        Own,
        """
        SELECT username, password
          FROM user_authentications
         WHERE user_id = :user_id
        """,
        user_id=user_id,
    )


async def rename(db: Database, *, user_id: str, username: str, username_key: str) -> str | None:
    """The row's id, or None where the user has none. Raises UniqueViolation where the username is taken."""
    return await db.value(
        """
        UPDATE user_authentications
           SET username = :username, username_key = :username_key
         WHERE user_id = :user_id
        RETURNING id
        """,
        user_id=user_id,
        username=username,
        username_key=username_key,
    )


async def put_back_username(db: Database, *, user_id: str, username: str, username_key: str) -> None:
    """The username as it was, unless it is somebody else's by now. Raises UniqueViolation (a race)."""
    await db.run(
        """
        UPDATE user_authentications
           SET username = :username, username_key = :username_key
         WHERE user_id = :user_id
           AND NOT EXISTS (SELECT 1
                             FROM user_authentications AS others
                            WHERE others.username_key = :username_key AND others.user_id <> :user_id)
        """,
        user_id=user_id,
        username=username,
        username_key=username_key,
    )


async def replace_password(db: Database, *, user_id: str, old: str, new: str, now: int) -> str | None:
    """The row's id, or None where the password is not `old` any more."""
    return await db.value(
        """
        UPDATE user_authentications
           SET password = :new, changed_at = :now
         WHERE user_id = :user_id AND password = :old
        RETURNING id
        """,
        user_id=user_id,
        old=old,
        new=new,
        now=now,
    )


async def make_unusable(db: Database, user_id: str) -> None:
    """Nothing that is typed is the password, until another is set (UNUSABLE)."""
    await db.run(
        """
        UPDATE user_authentications
           SET password = '!'
         WHERE user_id = :user_id
        """,
        user_id=user_id,
    )


async def set_password(db: Database, *, user_id: str, password: str, now: int) -> str | None:
    """Another password. The username, or None where the user has no password yet."""
    return await db.value(
        """
        UPDATE user_authentications
           SET password = :password, changed_at = :now
         WHERE user_id = :user_id
        RETURNING username
        """,
        user_id=user_id,
        password=password,
        now=now,
    )


async def is_changed_since(db: Database, *, user_id: str, at: int) -> bool:
    """Whether the password was set or changed at this moment or later; one that was taken back does not count."""
    found = await db.value(
        """
        SELECT 1
          FROM user_authentications
         WHERE user_id = :user_id AND COALESCE(changed_at, created_at) >= :at AND password <> '!'
        """,
        user_id=user_id,
        at=at,
    )
    return found is not None
