"""Who is here, as the team sees it? Read from `users` and `user_authentications` together."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Entry:
    """One account. username: None without a password; language: of mails, None for the default; times: as in schema.sql."""

    id: str
    name: str
    email: str | None
    email_proven_at: int | None
    username: str | None
    created_at: int
    disabled_at: int | None
    leaves_at: int | None
    is_admin: bool
    language: str | None

    @property
    def cursor(self) -> str:
        """Where the page after this one begins."""
        return f"{self.created_at}.{self.id}"


async def one(db: Database, id: str) -> Entry | None:
    return await db.one(
        Entry,
        """
        SELECT users.id, users.name, users.email, users.email_proven_at, user_authentications.username,
               users.created_at, users.disabled_at, users.leaves_at, users.is_admin, users.language
          FROM users
          LEFT JOIN user_authentications ON user_authentications.user_id = users.id
         WHERE users.id = :id
        """,
        id=id,
    )


async def by_username(db: Database, username_key: str) -> str | None:
    return await db.value(
        """
        SELECT user_id
          FROM user_authentications
         WHERE username_key = :username_key
        """,
        username_key=username_key,
    )


async def is_there(db: Database, id: str) -> bool:
    found = await db.value(
        """
        SELECT 1
          FROM users
         WHERE id = :id
        """,
        id=id,
    )
    return found is not None


@dataclass(frozen=True, slots=True)
class Owner:
    id: str
    is_proven: bool


async def by_email(db: Database, email_key: str, *, most: int) -> list[Owner]:
    """Whose address it is, who has it proven first, then those who only say so."""
    return await db.all(
        Owner,
        """
        SELECT id, email_proven_at IS NOT NULL AS is_proven
          FROM users
         WHERE email_key = :email_key
         ORDER BY email_proven_at IS NULL, created_at, id
         LIMIT :most
        """,
        email_key=email_key,
        most=most,
    )


@dataclass(frozen=True, slots=True)
class Found:
    id: str


async def by_part_of_name(db: Database, pattern: str, *, most: int) -> list[Found]:
    """pattern: of LIKE, in small letters, with ! before what is meant as it stands. Reads every name until there are enough."""
    return await db.all(
        Found,
        """
        SELECT id
          FROM users
         WHERE LOWER(name) LIKE :pattern ESCAPE '!'
         ORDER BY created_at DESC, id DESC
         LIMIT :most
        """,
        pattern=pattern,
        most=most,
    )


async def page(
    db: Database,
    *,
    at: int,
    before_id: str,
    most: int,
    only_disabled: bool,
    only_admins: bool,
    only_unproven: bool,
) -> list[Entry]:
    """The newest first, beginning after the one that was created `at` and has the id `before_id`."""
    return await db.all(
        Entry,
        """
        SELECT users.id, users.name, users.email, users.email_proven_at, user_authentications.username,
               users.created_at, users.disabled_at, users.leaves_at, users.is_admin, users.language
          FROM users
          LEFT JOIN user_authentications ON user_authentications.user_id = users.id
         WHERE users.created_at <= :at
           AND (users.created_at < :at OR users.id < :before_id)
           AND (NOT CAST(:only_disabled AS BOOLEAN) OR users.disabled_at IS NOT NULL)
           AND (NOT CAST(:only_admins AS BOOLEAN) OR users.is_admin)
           AND (NOT CAST(:only_unproven AS BOOLEAN) OR users.email_proven_at IS NULL)
         ORDER BY users.created_at DESC, users.id DESC
         LIMIT :most
        """,
        at=at,
        before_id=before_id,
        most=most,
        only_disabled=only_disabled,
        only_admins=only_admins,
        only_unproven=only_unproven,
    )


async def email_key(db: Database, id: str) -> str | None:
    """The address that they say is theirs, proven or not."""
    return await db.value(
        """
        SELECT email_key
          FROM users
         WHERE id = :id
        """,
        id=id,
    )


@dataclass(frozen=True, slots=True)
class Has:
    """what: id, username or email; id: users.id of who has it."""

    what: str
    id: str


async def owners(db: Database, *, id: str, username_key: str, email_key: str) -> list[Has]:
    """Who has this id, this username, this address proven."""
    return await db.all(
        Has,
        """
        SELECT 'id' AS what, id
          FROM users
         WHERE id = :id
         UNION ALL
        SELECT 'username' AS what, user_id AS id
          FROM user_authentications
         WHERE username_key = :username_key
         UNION ALL
        SELECT 'email' AS what, id
          FROM users
         WHERE email_key = :email_key AND email_proven_at IS NOT NULL
        """,
        id=id,
        username_key=username_key,
        email_key=email_key,
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """One account with its hash. username, password: None where there is no password."""

    id: str
    name: str
    email: str | None
    email_proven_at: int | None
    username: str | None
    password: str | None
    created_at: int
    disabled_at: int | None


async def whole_page(db: Database, *, at: int, after_id: str, most: int) -> list[Whole]:
    """The oldest first, beginning after the one that was created `at` and has the id `after_id`."""
    return await db.all(
        Whole,
        """
        SELECT users.id, users.name, users.email, users.email_proven_at, user_authentications.username,
               user_authentications.password, users.created_at, users.disabled_at
          FROM users
          LEFT JOIN user_authentications ON user_authentications.user_id = users.id
         WHERE users.created_at >= :at AND (users.created_at > :at OR users.id > :after_id)
         ORDER BY users.created_at, users.id
         LIMIT :most
        """,
        at=at,
        after_id=after_id,
        most=most,
    )
