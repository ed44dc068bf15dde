"""By which ways can a person come in? Read from `user_authentications` and `user_oauths` together."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Way:
    """method: 'password', or the provider's name. username: of the password only. created_at: unix seconds."""

    method: str
    username: str | None
    created_at: int


async def of_user(db: Database, user_id: str) -> list[Way]:
    """The password first, then the providers, oldest first."""
    return await db.all(
        Way,
        """
        SELECT method, username, created_at
          FROM (SELECT 'password' AS method, username, created_at, 0 AS rank
                  FROM user_authentications
                 WHERE user_id = :user_id
                 UNION ALL
                SELECT provider AS method, NULL AS username, created_at, 1 AS rank
                  FROM user_oauths
                 WHERE user_id = :user_id) AS ways
         ORDER BY rank, created_at, method
        """,
        user_id=user_id,
    )
