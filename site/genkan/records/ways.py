"""By which ways can a person come in? Read from `user_authentications` and `user_oauths` together."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Way:
    """method: 'password', or the provider's name; times: unix seconds.

    username, changed_at: of the password only; issuer, used_at: of a provider only, used_at None where not used yet.
    is_usable: False for a password that was taken back (user_authentications.UNUSABLE): nobody comes in by it.
    """

    method: str
    username: str | None
    issuer: str | None
    created_at: int
    changed_at: int | None
    used_at: int | None
    is_usable: bool


async def of_user(db: Database, user_id: str) -> list[Way]:
    """The password first, then the providers, oldest first."""
    return await db.all(
        Way,
        """
        SELECT method, username, issuer, created_at, changed_at, used_at, is_usable
          FROM (SELECT 'password' AS method, username, NULL AS issuer, created_at, changed_at,
                       CAST(NULL AS BIGINT) AS used_at, password <> '!' AS is_usable, 0 AS rank
                  FROM user_authentications
                 WHERE user_id = :user_id
                 UNION ALL
                SELECT provider AS method, NULL AS username, issuer, created_at, CAST(NULL AS BIGINT) AS changed_at,
                       used_at, 1 = 1 AS is_usable, 1 AS rank
                  FROM user_oauths
                 WHERE user_id = :user_id) AS ways
         ORDER BY rank, created_at, method
        """,
        user_id=user_id,
    )
